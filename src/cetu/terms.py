"""Every term the code uses, as closed lists: a name that is not listed raises.

A test compares the lists with ontology/*.ttl. Nothing here is a fact of the law.
"""

from __future__ import annotations

from rdflib import Namespace, URIRef
from rdflib.namespace import DefinedNamespace


class POL(DefinedNamespace):
    """ontology/policy.ttl: official documents, responsibilities, norms, rules."""

    _NS = Namespace("https://w3id.org/cetu/policy#")
    _fail = True

    OfficialDocument: URIRef
    Unit: URIRef
    Subdivision: URIRef
    Sentence: URIRef
    ResponsibilityNote: URIRef
    Assignment: URIRef
    Agency: URIRef
    DescribedBody: URIRef
    Norm: URIRef
    Reading: URIRef
    Pathway: URIRef
    StatedConstraint: URIRef
    ExternalBasis: URIRef
    Citation: URIRef
    TextRepair: URIRef
    EligibilityRule: URIRef
    IllegalRequirementRule: URIRef
    DataQualityRule: URIRef
    hasUnit: URIRef
    inClause: URIRef
    statedIn: URIRef
    hasAssignment: URIRef
    statedInNote: URIRef
    leadAgency: URIRef
    responsibleAgency: URIRef
    modality: URIRef
    bearer: URIRef
    notCheckable: URIRef
    readingOf: URIRef
    restsOnReading: URIRef
    enforces: URIRef
    externalBasis: URIRef
    hasCitation: URIRef
    citedDocument: URIRef
    concerns: URIRef
    aspectOf: URIRef
    openedBy: URIRef
    destination: URIRef
    caseType: URIRef
    decidesPathway: URIRef
    inAccordanceWith: URIRef
    inConjunctionWith: URIRef
    issuerLevel: URIRef
    documentType: URIRef
    textStatus: URIRef
    addressee: URIRef
    distributingOffice: URIRef
    hasRepair: URIRef
    text: URIRef
    start: URIRef
    end: URIRef
    sourceStart: URIRef
    sourceEnd: URIRef
    eId: URIRef
    citeAs: URIRef
    position: URIRef
    unitKind: URIRef
    verbatimName: URIRef
    quotation: URIRef
    cue: URIRef
    bearerElided: URIRef
    beneficiaryWords: URIRef
    openList: URIRef
    whoWords: URIRef
    whereWords: URIRef
    coversCloseRelatives: URIRef
    alternativeGroup: URIRef
    statesNoLead: URIRef
    branchName: URIRef
    formerName: URIRef
    organ: URIRef
    inherited: URIRef
    interpreted: URIRef
    restoredName: URIRef
    deadlineWords: URIRef
    statesNoAgency: URIRef
    noNormReason: URIRef
    notCheckableReason: URIRef
    alternative: URIRef
    issuerCode: URIRef
    year: URIRef
    serial: URIRef
    distributionDate: URIRef
    releaseNote: URIRef
    copyRecipient: URIRef
    addresseeWords: URIRef
    relationCue: URIRef
    before: URIRef
    after: URIRef
    sha256: URIRef
    misses: URIRef


class SITE(DefinedNamespace):
    """ontology/site.ttl: what a build of the site works out."""

    _NS = Namespace("https://w3id.org/cetu/site#")
    _fail = True

    Measurement: URIRef
    SpeedTarget: URIRef
    Remark: URIRef
    Described: URIRef
    Change: URIRef
    mustState: URIRef
    shouldState: URIRef
    mayState: URIRef
    checkedBy: URIRef
    resembles: URIRef
    unplacedIn: URIRef
    remarkOn: URIRef
    remarkIn: URIRef
    order: URIRef
    engine: URIRef
    inputFormat: URIRef
    caseCount: URIRef
    seconds: URIRef
    processorSeconds: URIRef
    peakMemory: URIRef
    sameAnswers: URIRef
    goal: URIRef
    limit: URIRef
    byClock: URIRef
    byProcessor: URIRef
    met: URIRef
    level: URIRef
    part: URIRef
    message: URIRef
    words: URIRef
    sentence: URIRef
    withoutAgency: URIRef
    withoutLead: URIRef
    withoutName: URIRef
    openLists: URIRef
    repairs: URIRef
    remarks: URIRef
    itemKind: URIRef
    item: URIRef
    change: URIRef
    wordsBefore: URIRef
    wordsAfter: URIRef


class ELI(DefinedNamespace):
    """European Legislation Identifier 1.5, the terms that model.md names."""

    _NS = Namespace("http://data.europa.eu/eli/ontology#")
    _fail = True

    LegalResource: URIRef
    LegalResourceSubdivision: URIRef
    cites: URIRef
    date_document: URIRef
    ensures_implementation_of: URIRef
    has_part: URIRef
    id_local: URIRef
    is_part_of: URIRef
    number: URIRef
    passed_by: URIRef
    type_subdivision: URIRef


class CV(DefinedNamespace):
    """Core vocabularies of the European Union (CCCEV, CPOV, CPSV-AP)."""

    _NS = Namespace("http://data.europa.eu/m8g/")
    _fail = True

    Constraint: URIRef
    Participation: URIRef
    PublicOrganisation: URIRef
    hasLegalResource: URIRef
    hasParticipant: URIRef
    holdsRequirement: URIRef
    role: URIRef


CODE = Namespace("https://w3id.org/cetu/code#")  # concepts are data: ontology/*.ttl lists them
AGENCY = Namespace("https://w3id.org/cetu/agency#")
HUKOU = Namespace("https://w3id.org/cetu/hukou#")  # a domain's words come from its ontology
RULE = Namespace("https://w3id.org/cetu/rule#")
BASIS = Namespace("https://w3id.org/cetu/basis#")

CASE_CONTEXT = "https://w3id.org/cetu/case.jsonld"

PREFIXES: dict[str, str] = {
    "agency": str(AGENCY),
    "basis": str(BASIS),
    "code": str(CODE),
    "cpsv": "http://purl.org/vocab/cpsv#",
    "cv": str(CV._NS),
    "dcterms": "http://purl.org/dc/terms/",
    "eli": str(ELI._NS),
    "hukou": str(HUKOU),
    "org": "http://www.w3.org/ns/org#",
    "owl": "http://www.w3.org/2002/07/owl#",
    "pol": str(POL._NS),
    "prov": "http://www.w3.org/ns/prov#",
    "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    "rdfs": "http://www.w3.org/2000/01/rdf-schema#",
    "rule": str(RULE),
    "sh": "http://www.w3.org/ns/shacl#",
    "site": str(SITE._NS),
    "skos": "http://www.w3.org/2004/02/skos/core#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
}

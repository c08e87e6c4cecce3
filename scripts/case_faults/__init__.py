"""What can be wrong with a case, and the findings that must follow: tables argued by hand.

A fault changes one thing in a case that has no finding, and names every finding that then must
come, by record, shape, path and severity. The findings are argued from the rules' about.md, the
official text, decision 5 (not stated is not contradicted) and the SHACL recommendation; no validator
was asked. A path is the field as the record names it: at the person or requirement that is looked at
(relatives.1.relation), at the case where the case is looked at along a path (relatives.birthDate).
"""

from case_faults.fault import Fault
from case_faults.grounds import FLAGS, GROUNDS, HOUSEHOLD, RETURN
from case_faults.persons import PERSONS
from case_faults.places import PLACES
from case_faults.records import INPUT, ORDER, RECORD
from case_faults.requirements import REQUIREMENTS

FAULTS: tuple[Fault, ...] = (
    *RECORD, *ORDER, *PERSONS, *PLACES, *GROUNDS, *FLAGS, *RETURN, *HOUSEHOLD, *REQUIREMENTS, *INPUT)

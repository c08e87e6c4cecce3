-- The rules of shapes/case as one DuckDB statement, written by hand: the yardstick of `cetu validate`.
--
-- Every check is one line, in the order of shapes/case: when it fails, its column holds the value at
-- fault, else NULL; the column's name is shape, path and severity. One scan, a row a case: rows without
-- a fault are dropped first, then the columns of those that are left are turned into rows.
--
-- It reads the everyday form only (one value a field, true and false for flags). What Cetu says of
-- input that is not (broken lines, other types, unknown or repeated keys, lists for single values,
-- repeated case numbers) is not said here, nor are clause, sentence and departments.
-- `source` is the view that handwritten.py makes of the file: all texts, with the parts as structs.

-- --- words of the rules ---

CREATE MACRO fails(condition, value) AS CASE WHEN condition THEN coalesce(value, '') END;
CREATE MACRO lacks(condition) AS NOT coalesce(condition, false);

CREATE MACRO is_day(x) AS TRY_CAST(x AS DATE)::VARCHAR = x;
CREATE MACRO yes(x) AS x IN ('true', '1');
CREATE MACRO no(x) AS x IN ('false', '0');
CREATE MACRO no_flag(x) AS x NOT IN ('true', 'false', '1', '0');
CREATE MACRO no_zone(x) AS x <> 'zaozhuang-hightech-zone';
CREATE MACRO is_unit(x) AS regexp_full_match(x, '[0-9A-HJ-NPQRTUWXY]{2}[0-9]{6}[0-9A-HJ-NPQRTUWXY]{10}');

-- GB/T 2260 codes as numbers (`code`), NULL where the text is none: province, prefecture, county by division
CREATE MACRO code(x) AS CASE WHEN regexp_full_match(x, '[1-9][0-9]{5}') THEN x::INTEGER END;
CREATE MACRO in_province(c) AS c // 10000 IN (11, 12, 13, 14, 15, 21, 22, 23, 31, 32, 33, 34, 35, 36, 37,
    41, 42, 43, 44, 45, 46, 50, 51, 52, 53, 54, 61, 62, 63, 64, 65, 71, 81, 82);
CREATE MACRO in_city(c) AS c // 100 = 3704;
CREATE MACRO locates(c) AS in_province(c) AND c <> 370000;
CREATE MACRO is_known(c) AS in_province(c) AND (c // 100 <> 3704 OR c % 100 IN (0, 2, 3, 4, 5, 6, 81));
CREATE MACRO is_county(c) AS is_known(c) AND c % 100 > 0;
CREATE MACRO elsewhere(c) AS locates(c) AND NOT in_city(c);
CREATE MACRO unlocated(c, zone) AS lacks(locates(c)) AND lacks(zone = 'zaozhuang-hightech-zone');

-- two places, by county or by zone
CREATE MACRO apart(a, b) AS a <> b AND is_county(a) AND is_county(b);
CREATE MACRO together(a, b, zone_a, zone_b) AS zone_a = zone_b OR (a = b AND is_county(a));
CREATE MACRO untold(a, b, zone_a, zone_b) AS
    lacks(is_county(a) AND is_county(b)) AND lacks(zone_a = zone_b);

-- GB/T 4761 relations; which are near is article 1045 of the Civil Code
CREATE MACRO is_relation(x) AS regexp_full_match(x, '0[12]|[1][0-2]|[2-8][0-9]|9[0-79]');
CREATE MACRO is_distant(x) AS x IN ('28', '38', '45', '46', '47', '48', '53', '54', '55', '56', '65', '66',
    '67', '68', '72', '74', '76', '78', '81', '82', '83', '84', '85', '86', '87', '88', '89', '90', '91',
    '92', '93', '94', '95', '96', '97', '99');
CREATE MACRO is_vague(x) AS x IN ('01', '02', '29', '39', '49', '59', '69', '79', '80');

-- citizen numbers (GB 11643-1999): form, and the whole with its day of birth and check character
CREATE MACRO is_number_form(n) AS regexp_full_match(
    n, '[1-9][0-9]{5}(18|19|20)[0-9]{2}(0[1-9]|1[0-2])(0[1-9]|[12][0-9]|3[01])[0-9]{3}[0-9Xx]');
CREATE MACRO check_sum(n) AS  -- 4800: of the code of 0, a hundred times
    ascii(n[1]) * 7 + ascii(n[2]) * 9 + ascii(n[3]) * 10 + ascii(n[4]) * 5 + ascii(n[5]) * 8 + ascii(n[6]) * 4
    + ascii(n[7]) * 2 + ascii(n[8]) + ascii(n[9]) * 6 + ascii(n[10]) * 3 + ascii(n[11]) * 7 + ascii(n[12]) * 9
    + ascii(n[13]) * 10 + ascii(n[14]) * 5 + ascii(n[15]) * 8 + ascii(n[16]) * 4 + ascii(n[17]) * 2 - 4800;
CREATE MACRO wrong_number(n) AS n IS NOT NULL AND NOT CASE WHEN is_number_form(n) THEN
    '10X98765432'[1 + check_sum(n) % 11] = upper(n[18])
    AND TRY_CAST(n[7:10] || '-' || n[11:12] || '-' || n[13:14] AS DATE) IS NOT NULL ELSE false END;
CREATE MACRO other_birth(n, birth) AS n[7:14] <> replace(birth, '-', '')
    AND regexp_full_match(n, '[0-9]{17}[0-9Xx]') AND regexp_full_match(birth, '[0-9]{4}-[0-9]{2}-[0-9]{2}');
CREATE MACRO other_sex(n, sex) AS sex IN ('1', '2')
    AND (n[17] IN ('1', '3', '5', '7', '9')) <> (sex = '1') AND regexp_full_match(n, '[0-9]{17}[0-9Xx]');
CREATE MACRO unborn(n, applied) AS n[7:14] > replace(applied, '-', '') AND is_number_form(n)
    AND regexp_full_match(applied, '[1-9][0-9]{3}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])');

-- --- the statement ---

WITH cases AS (
    SELECT *,
        CASE WHEN is_day(applicationDate) THEN applicationDate END AS applied,
        CASE WHEN is_day(decisionDate) THEN decisionDate END AS decided,
        CASE WHEN is_day(townSettlementDate) THEN townSettlementDate END AS settled,
        code(handlingDivision) AS handling, code(destinationDivision) AS destination,
        code(residenceDivision) AS residence, code(employmentDivision) AS employment,
        code(intendedEmploymentDivision) AS intended, code(schoolDivision) AS school,
        code(originDivision) AS origin, code(enlistmentDivision) AS enlistment,
        code(applicant.currentHukouDivision) AS registered,
        random() AS fence,  -- keeps DuckDB from working the columns above out anew for each check
    FROM source
), checks AS (
    SELECT caseNumber AS "case", fence,

    -- abolished-prerequisites
    fails(type = 'HabitualResidenceSettlement' AND len(list_filter(requirements, lambda r: r.form = 'condition'
        AND r.matter IN ('residence-duration', 'residence-permit', 'home-ownership', 'employment',
        'social-insurance', 'points', 'education-level', 'age', 'income-or-tax', 'investment', 'member-count',
        'premises', 'collective-membership', 'collective-asset-share', 'contracted-land',
        'house-site-approval', 'compensation-resettlement', 'surrender-house-site-use-right',
        'surrender-land-contract-right', 'surrender-collective-proceeds', 'physical-id-card',
        'local-hukou'))) > 0, '') AS "abolished-prerequisites_condition requirements violation",
    fails(type = 'HabitualResidenceSettlement' AND len(list_filter(requirements, lambda r:
        r.form = 'condition' AND r.matter = 'other')) > 0, '')
        AS "abolished-prerequisites_other requirements warning",

    -- applicant-present
    fails(applicant IS NULL AND type <> 'CollectiveHouseholdEstablishment', '')
        AS "applicant-present_one applicant violation",
    fails(applicant IS NOT NULL AND applicant.citizenNumber IS NULL
        AND type <> 'CollectiveHouseholdEstablishment', '')
        AS "applicant-present_number-stated applicant warning",

    -- case-record: what must be there
    fails(caseNumber IS NULL OR caseNumber = '', caseNumber) AS "case-record_number caseNumber violation",
    fails(applicationDate IS NULL, '') AS "case-record_application-date applicationDate violation",

    -- case-record: dates
    fails(applicationDate IS NOT NULL AND lacks(applied >= '1000'), applicationDate)
        AS "case-record_field-application-date applicationDate violation",
    fails(decisionDate IS NOT NULL AND lacks(decided >= '1000'), decisionDate)
        AS "case-record_field-decision-date decisionDate violation",
    fails(NOT (is_day(residenceSince) AND residenceSince >= '1000') OR length(residenceSince) <> 10,
        residenceSince) AS "case-record_field-residence-since residenceSince violation",
    fails(employmentStart IS NOT NULL AND lacks(is_day(employmentStart) AND employmentStart >= '1000'),
        employmentStart) AS "case-record_field-employment-start employmentStart violation",
    fails(townSettlementDate IS NOT NULL AND lacks(settled >= '1000'), townSettlementDate)
        AS "case-record_field-town-settlement-date townSettlementDate violation",
    fails(registerIssuedOn IS NOT NULL AND lacks(is_day(registerIssuedOn) AND registerIssuedOn >= '1000'),
        registerIssuedOn) AS "case-record_field-register-issued-on registerIssuedOn violation",

    -- case-record: codes
    fails(decision NOT IN ('approved', 'refused', 'pending'), decision)
        AS "case-record_field-decision decision violation",
    fails(employmentKind NOT IN ('hired', 'working', 'trading', 'founding', 'flexible', 'other'),
        employmentKind) AS "case-record_field-employment-kind employmentKind violation",
    fails(destinationKind NOT IN ('family-household', 'relative-family-household', 'community-collective',
        'work-unit-collective', 'talent-collective', 'student-collective', 'place-of-origin',
        'origin-township-collective', 'enlistment-collective', 'employment-place'), destinationKind)
        AS "case-record_field-destination-kind destinationKind violation",
    fails(registeredHouseholdKind NOT IN ('family-household', 'relative-family-household',
        'community-collective', 'work-unit-collective', 'talent-collective', 'student-collective',
        'place-of-origin', 'origin-township-collective', 'enlistment-collective', 'employment-place'),
        registeredHouseholdKind) AS "case-record_field-registered-household-kind registeredHouseholdKind violation",
    fails(NOT is_relation(hostRelation), hostRelation)
        AS "case-record_field-host-relation hostRelation violation",
    fails(NOT list_has_all(['college-or-vocational-graduate', 'college-graduate', 'local-student',
        'nonlocal-student', 'outstanding-migrant-worker', 'talent', 'demobilized-veteran',
        'discharged-veteran', 'civilian-transfer-veteran', 'settled-rural-migrant',
        'agricultural-researcher', 'other'], applicantCategory), applicantCategory::VARCHAR)
        AS "case-record_field-applicant-category applicantCategory violation",
    fails(postingKind NOT IN ('assigned', 'voluntary', 'none'), postingKind)
        AS "case-record_field-posting-kind postingKind violation",
    fails(postingPlace NOT IN ('village', 'new-agricultural-entity', 'other'), postingPlace)
        AS "case-record_field-posting-place postingPlace violation",
    fails(collectiveKind NOT IN ('college', 'vocational-school', 'organ', 'association', 'enterprise',
        'talent', 'community'), collectiveKind) AS "case-record_field-collective-kind collectiveKind violation",
    fails(presentedCredential NOT IN ('electronic-id', 'physical-id'), presentedCredential)
        AS "case-record_field-presented-credential presentedCredential violation",
    fails(serviceKind NOT IN ('education', 'health', 'housing', 'other'), serviceKind)
        AS "case-record_field-service-kind serviceKind violation",
    fails(NOT is_unit(destinationUnitCode), destinationUnitCode)
        AS "case-record_field-destination-unit-code destinationUnitCode violation",
    fails(NOT is_unit(schoolCode), schoolCode) AS "case-record_field-school-code schoolCode violation",

    -- case-record: places
    fails(handlingDivision IS NOT NULL AND handling IS NULL, handlingDivision)
        AS "case-record_field-handling-division handlingDivision violation",
    fails(destinationDivision IS NOT NULL AND destination IS NULL, destinationDivision)
        AS "case-record_field-destination-division destinationDivision violation",
    fails(residenceDivision IS NOT NULL AND residence IS NULL, residenceDivision)
        AS "case-record_field-residence-division residenceDivision violation",
    fails(employmentDivision IS NOT NULL AND employment IS NULL, employmentDivision)
        AS "case-record_field-employment-division employmentDivision violation",
    fails(intendedEmploymentDivision IS NOT NULL AND intended IS NULL, intendedEmploymentDivision)
        AS "case-record_field-intended-employment-division intendedEmploymentDivision violation",
    fails(schoolDivision IS NOT NULL AND school IS NULL, schoolDivision)
        AS "case-record_field-school-division schoolDivision violation",
    fails(originDivision IS NOT NULL AND origin IS NULL, originDivision)
        AS "case-record_field-origin-division originDivision violation",
    fails(enlistmentDivision IS NOT NULL AND enlistment IS NULL, enlistmentDivision)
        AS "case-record_field-enlistment-division enlistmentDivision violation",
    fails(no_zone(handlingZone), handlingZone) AS "case-record_field-handling-zone handlingZone violation",
    fails(no_zone(destinationZone), destinationZone)
        AS "case-record_field-destination-zone destinationZone violation",
    fails(no_zone(residenceZone), residenceZone) AS "case-record_field-residence-zone residenceZone violation",
    fails(no_zone(employmentZone), employmentZone)
        AS "case-record_field-employment-zone employmentZone violation",
    fails(no_zone(intendedEmploymentZone), intendedEmploymentZone)
        AS "case-record_field-intended-employment-zone intendedEmploymentZone violation",
    fails(no_zone(schoolZone), schoolZone) AS "case-record_field-school-zone schoolZone violation",
    fails(no_zone(originZone), originZone) AS "case-record_field-origin-zone originZone violation",
    fails(no_zone(enlistmentZone), enlistmentZone)
        AS "case-record_field-enlistment-zone enlistmentZone violation",

    -- case-record: flags
    fails(no_flag(residesInTown), residesInTown) AS "case-record_field-resides-in-town residesInTown violation",
    fails(no_flag(employmentInTown), employmentInTown)
        AS "case-record_field-employment-in-town employmentInTown violation",
    fails(no_flag(ruralEmployment), ruralEmployment)
        AS "case-record_field-rural-employment ruralEmployment violation",
    fails(no_flag(hasWorkUnit), hasWorkUnit) AS "case-record_field-has-work-unit hasWorkUnit violation",
    fails(no_flag(intendsToWorkInCity), intendsToWorkInCity)
        AS "case-record_field-intends-to-work-in-city intendsToWorkInCity violation",
    fails(no_flag(ruralRegistered), ruralRegistered)
        AS "case-record_field-rural-registered ruralRegistered violation",
    fails(no_flag(holdsHouseSiteUseRight), holdsHouseSiteUseRight)
        AS "case-record_field-holds-house-site-use-right holdsHouseSiteUseRight violation",
    fails(no_flag(holdsOtherLivingBasis), holdsOtherLivingBasis)
        AS "case-record_field-holds-other-living-basis holdsOtherLivingBasis violation",
    fails(no_flag(townSettlementWithinCity), townSettlementWithinCity)
        AS "case-record_field-town-settlement-within-city townSettlementWithinCity violation",
    fails(no_flag(residesAtOrigin), residesAtOrigin)
        AS "case-record_field-resides-at-origin residesAtOrigin violation",
    fails(no_flag(majorContribution), majorContribution)
        AS "case-record_field-major-contribution majorContribution violation",
    fails(no_flag(localConditionsMet), localConditionsMet)
        AS "case-record_field-local-conditions-met localConditionsMet violation",
    fails(no_flag(hasFamilyRelation), hasFamilyRelation)
        AS "case-record_field-has-family-relation hasFamilyRelation violation",
    fails(no_flag(registerRequested), registerRequested)
        AS "case-record_field-register-requested registerRequested violation",
    fails(no_flag(holdsResidencePermit), holdsResidencePermit)
        AS "case-record_field-holds-residence-permit holdsResidencePermit violation",

    -- case-record: requirements
    fails(len(list_filter(requirements, lambda r: r.form IS NULL OR r.matter IS NULL)) > 0, '')
        AS "case-record_requirement-complete requirements violation",
    fails(len(list_filter(requirements, lambda r: r.form NOT IN ('condition', 'evidence'))) > 0, '')
        AS "case-record_requirement-form requirements.form violation",
    fails(len(list_filter(requirements, lambda r: r.effect NOT IN ('demanded', 'refused'))) > 0, '')
        AS "case-record_requirement-effect requirements.effect violation",
    fails(len(list_filter(requirements, lambda r: r.matter NOT IN ('residence-in-town', 'close-relationship',
        'residence-duration', 'residence-permit', 'home-ownership', 'employment', 'social-insurance', 'points',
        'education-level', 'age', 'income-or-tax', 'investment', 'member-count', 'premises',
        'collective-membership', 'collective-asset-share', 'contracted-land', 'house-site-approval',
        'compensation-resettlement', 'surrender-house-site-use-right', 'surrender-land-contract-right',
        'surrender-collective-proceeds', 'physical-id-card', 'local-hukou', 'other'))) > 0, '')
        AS "case-record_requirement-matter requirements.matter violation",

    -- citizen-number: the applicant, then those who come along
    fails(wrong_number(applicant.citizenNumber), applicant.citizenNumber)
        AS "citizen-number_checksum applicant.citizenNumber violation",
    fails(lacks(is_day(applicant.birthDate) AND applicant.birthDate >= '1000')
        AND applicant.birthDate IS NOT NULL, applicant.birthDate)
        AS "citizen-number_birth-date-field applicant.birthDate violation",
    fails(applicant.sex NOT IN ('0', '1', '2', '9'), applicant.sex)
        AS "citizen-number_sex-field applicant.sex violation",
    fails(NOT is_relation(applicant.relation), applicant.relation)
        AS "citizen-number_relation-field applicant.relation violation",
    fails(applicant.householdNature NOT IN ('10', '20'), applicant.householdNature)
        AS "citizen-number_nature-field applicant.householdNature violation",
    fails(applicant.currentHukouDivision IS NOT NULL AND registered IS NULL, applicant.currentHukouDivision)
        AS "citizen-number_hukou-field applicant.currentHukouDivision violation",
    fails(NOT is_known(registered), applicant.currentHukouDivision)
        AS "citizen-number_hukou-known applicant.currentHukouDivision warning",
    fails(other_birth(applicant.citizenNumber, applicant.birthDate), applicant.birthDate)
        AS "citizen-number_birth-date applicant.birthDate violation",
    fails(other_sex(applicant.citizenNumber, applicant.sex), applicant.sex)
        AS "citizen-number_sex applicant.sex violation",
    fails(len(list_filter(relatives, lambda p: wrong_number(p.citizenNumber))) > 0, '')
        AS "citizen-number_checksum relatives.citizenNumber violation",
    fails(len(list_filter(relatives, lambda p: p.birthDate IS NOT NULL
        AND lacks(is_day(p.birthDate) AND p.birthDate >= '1000'))) > 0, '')
        AS "citizen-number_birth-date-field relatives.birthDate violation",
    fails(len(list_filter(relatives, lambda p: p.sex NOT IN ('0', '1', '2', '9'))) > 0, '')
        AS "citizen-number_sex-field relatives.sex violation",
    fails(len(list_filter(relatives, lambda p: NOT is_relation(p.relation))) > 0, '')
        AS "citizen-number_relation-field relatives.relation violation",
    fails(len(list_filter(relatives, lambda p: p.householdNature NOT IN ('10', '20'))) > 0, '')
        AS "citizen-number_nature-field relatives.householdNature violation",
    fails(len(list_filter(relatives, lambda p:
        p.currentHukouDivision IS NOT NULL AND code(p.currentHukouDivision) IS NULL)) > 0, '')
        AS "citizen-number_hukou-field relatives.currentHukouDivision violation",
    fails(len(list_filter(relatives, lambda p: NOT is_known(code(p.currentHukouDivision)))) > 0, '')
        AS "citizen-number_hukou-known relatives.currentHukouDivision warning",
    fails(len(list_filter(relatives, lambda p: other_birth(p.citizenNumber, p.birthDate))) > 0, '')
        AS "citizen-number_birth-date relatives.birthDate violation",
    fails(len(list_filter(relatives, lambda p: other_sex(p.citizenNumber, p.sex))) > 0, '')
        AS "citizen-number_sex relatives.sex violation",

    -- collective-household-conditions
    fails(type = 'CollectiveHouseholdEstablishment'
        AND len(list_filter(requirements, lambda r: r.form = 'condition')) > 0, '')
        AS "collective-household-conditions_condition requirements violation",

    -- dates-in-order: what can't be compared is not in order
    fails(decisionDate IS NOT NULL AND applicationDate IS NOT NULL AND lacks(applied <= decided),
        applicationDate) AS "dates-in-order_decision applicationDate violation",
    fails(applicant.birthDate IS NOT NULL AND applicationDate IS NOT NULL
        AND lacks(applicant.birthDate <= applied AND is_day(applicant.birthDate)), applicant.birthDate)
        AS "dates-in-order_birth applicant.birthDate violation",
    fails(applicationDate IS NOT NULL AND len(list_filter(relatives, lambda p: p.birthDate IS NOT NULL
        AND lacks(p.birthDate <= applied AND is_day(p.birthDate)))) > 0, '')
        AS "dates-in-order_relative-birth relatives.birthDate violation",
    fails(residenceSince IS NOT NULL AND applicationDate IS NOT NULL
        AND lacks(residenceSince <= applied AND is_day(residenceSince)), residenceSince)
        AS "dates-in-order_residence-since residenceSince violation",
    fails(employmentStart IS NOT NULL AND applicationDate IS NOT NULL
        AND lacks(employmentStart <= applied AND is_day(employmentStart)), employmentStart)
        AS "dates-in-order_employment-start employmentStart violation",
    fails(townSettlementDate IS NOT NULL AND applicationDate IS NOT NULL AND lacks(settled <= applied),
        townSettlementDate) AS "dates-in-order_town-settlement-date townSettlementDate violation",
    fails(registerIssuedOn IS NOT NULL AND applicationDate IS NOT NULL
        AND lacks(applied <= registerIssuedOn AND is_day(registerIssuedOn)), applicationDate)
        AS "dates-in-order_register-issued applicationDate violation",
    fails(unborn(applicant.citizenNumber, applicationDate), applicant.citizenNumber)
        AS "dates-in-order_number-birth applicant.citizenNumber violation",
    fails(len(list_filter(relatives, lambda p: unborn(p.citizenNumber, applicationDate))) > 0, '')
        AS "dates-in-order_relative-number-birth relatives.citizenNumber violation",

    -- electronic-id
    fails(type = 'ElectronicIdPresentation' AND presentedCredential = 'electronic-id'
        AND len(list_filter(requirements, lambda r: r.matter = 'physical-id-card')) > 0, '')
        AS "electronic-id_physical-demanded requirements info",
    fails(type = 'ElectronicIdPresentation' AND lacks(presentedCredential IN ('electronic-id', 'physical-id'))
        AND len(list_filter(requirements, lambda r: r.matter = 'physical-id-card')) > 0, presentedCredential)
        AS "electronic-id_credential-stated presentedCredential warning",

    -- household-register
    fails(type = 'HouseholdRegisterRequest' AND registeredHouseholdKind IN ('family-household',
        'relative-family-household'), registeredHouseholdKind)
        AS "household-register_household registeredHouseholdKind violation",
    fails(type = 'HouseholdRegisterRequest' AND lacks(registeredHouseholdKind IN ('family-household',
        'relative-family-household', 'community-collective', 'work-unit-collective', 'talent-collective',
        'student-collective', 'origin-township-collective', 'enlistment-collective')), registeredHouseholdKind)
        AS "household-register_household-stated registeredHouseholdKind warning",
    fails(type = 'HouseholdRegisterRequest' AND registeredHouseholdKind IN ('talent-collective',
        'student-collective', 'origin-township-collective', 'enlistment-collective'), registeredHouseholdKind)
        AS "household-register_household-reading registeredHouseholdKind info",
    fails(type = 'HouseholdRegisterRequest' AND no(hasFamilyRelation), hasFamilyRelation)
        AS "household-register_family hasFamilyRelation violation",
    fails(type = 'HouseholdRegisterRequest' AND lacks(NOT no_flag(hasFamilyRelation)), hasFamilyRelation)
        AS "household-register_family-stated hasFamilyRelation warning",
    fails(type = 'HouseholdRegisterRequest' AND no(registerRequested), registerRequested)
        AS "household-register_request registerRequested violation",
    fails(type = 'HouseholdRegisterRequest' AND lacks(NOT no_flag(registerRequested)), registerRequested)
        AS "household-register_request-stated registerRequested warning",

    -- not-tied-to
    fails(type IN ('HouseholdEstablishmentRequest', 'HouseholdDivisionRequest')
        AND len(list_filter(requirements, lambda r: r.form = 'condition' AND r.matter IN (
        'collective-membership', 'collective-asset-share', 'contracted-land', 'house-site-approval',
        'compensation-resettlement', 'surrender-land-contract-right', 'surrender-collective-proceeds'))) > 0,
        '') AS "not-tied-to_matter requirements violation",
    fails(type IN ('HouseholdEstablishmentRequest', 'HouseholdDivisionRequest')
        AND len(list_filter(requirements, lambda r: r.form = 'condition'
        AND r.matter = 'surrender-house-site-use-right')) > 0, '')
        AS "not-tied-to_house-site requirements warning",
    fails(type IN ('HouseholdEstablishmentRequest', 'HouseholdDivisionRequest')
        AND len(list_filter(requirements, lambda r: r.form = 'condition' AND r.matter NOT IN (
        'collective-membership', 'collective-asset-share', 'contracted-land', 'house-site-approval',
        'compensation-resettlement', 'surrender-land-contract-right', 'surrender-collective-proceeds',
        'surrender-house-site-use-right'))) > 0, '') AS "not-tied-to_open requirements info",

    -- opinion-in-being
    fails(decided >= '1000' AND decided < '2021-12-30', decisionDate)
        AS "opinion-in-being_decision decisionDate violation",
    fails(applied >= '1000' AND applied < '2021-12-30', applicationDate)
        AS "opinion-in-being_application applicationDate warning",
    fails(decisionDate = '2021-12-30', decisionDate) AS "opinion-in-being_same-day decisionDate info",

    -- permit-services
    fails(type = 'ResidencePermitService' AND yes(holdsResidencePermit)
        AND len(list_filter(requirements, lambda r: r.matter = 'local-hukou')) > 0, '')
        AS "permit-services_hukou-demanded requirements info",

    -- places
    fails(elsewhere(handling), handlingDivision) AS "places_handling-in-city handlingDivision violation",
    fails(elsewhere(destination), destinationDivision)
        AS "places_destination-in-city destinationDivision violation",
    fails(handling = 370000, handlingDivision) AS "places_handling-in-city-stated handlingDivision warning",
    fails(destination = 370000, destinationDivision)
        AS "places_destination-in-city-stated destinationDivision warning",
    fails(NOT is_known(handling), handlingDivision) AS "places_handling-known handlingDivision warning",
    fails(NOT is_known(destination), destinationDivision)
        AS "places_destination-known destinationDivision warning",
    fails(NOT is_known(residence), residenceDivision) AS "places_residence-known residenceDivision warning",
    fails(NOT is_known(employment), employmentDivision) AS "places_employment-known employmentDivision warning",
    fails(NOT is_known(intended), intendedEmploymentDivision)
        AS "places_intended-employment-known intendedEmploymentDivision warning",
    fails(NOT is_known(school), schoolDivision) AS "places_school-known schoolDivision warning",
    fails(NOT is_known(origin), originDivision) AS "places_origin-known originDivision warning",
    fails(NOT is_known(enlistment), enlistmentDivision) AS "places_enlistment-known enlistmentDivision warning",
    fails(handlingZone IS NOT NULL AND handlingDivision IS NOT NULL, '')
        AS "places_handling-once handlingZone violation",
    fails(destinationZone IS NOT NULL AND destinationDivision IS NOT NULL, '')
        AS "places_destination-once destinationZone violation",
    fails(residenceZone IS NOT NULL AND residenceDivision IS NOT NULL, '')
        AS "places_residence-once residenceZone violation",
    fails(employmentZone IS NOT NULL AND employmentDivision IS NOT NULL, '')
        AS "places_employment-once employmentZone violation",
    fails(intendedEmploymentZone IS NOT NULL AND intendedEmploymentDivision IS NOT NULL, '')
        AS "places_intended-employment-once intendedEmploymentZone violation",
    fails(schoolZone IS NOT NULL AND schoolDivision IS NOT NULL, '')
        AS "places_school-once schoolZone violation",
    fails(originZone IS NOT NULL AND originDivision IS NOT NULL, '')
        AS "places_origin-once originZone violation",
    fails(enlistmentZone IS NOT NULL AND enlistmentDivision IS NOT NULL, '')
        AS "places_enlistment-once enlistmentZone violation",

    -- return-graduate-veteran
    fails(type = 'GraduateOrVeteranReturnSettlement' AND len(applicantCategory) > 0 AND list_has_all([
        'local-student', 'nonlocal-student', 'outstanding-migrant-worker', 'talent', 'settled-rural-migrant',
        'agricultural-researcher', 'other'], applicantCategory), '')
        AS "return-graduate-veteran_who applicantCategory violation",
    fails(type = 'GraduateOrVeteranReturnSettlement' AND lacks(list_has_any(applicantCategory, [
        'college-graduate', 'demobilized-veteran', 'discharged-veteran', 'civilian-transfer-veteran']))
        AND lacks(len(applicantCategory) > 0 AND list_has_all(['local-student', 'nonlocal-student',
        'outstanding-migrant-worker', 'talent', 'settled-rural-migrant', 'agricultural-researcher', 'other'],
        applicantCategory)), '') AS "return-graduate-veteran_who-stated applicantCategory warning",
    fails(type = 'GraduateOrVeteranReturnSettlement' AND no(ruralRegistered), ruralRegistered)
        AS "return-graduate-veteran_rural ruralRegistered violation",
    fails(type = 'GraduateOrVeteranReturnSettlement' AND lacks(NOT no_flag(ruralRegistered)), ruralRegistered)
        AS "return-graduate-veteran_rural-stated ruralRegistered warning",
    fails(type = 'GraduateOrVeteranReturnSettlement' AND yes(hasWorkUnit), hasWorkUnit)
        AS "return-graduate-veteran_no-unit hasWorkUnit violation",
    fails(type = 'GraduateOrVeteranReturnSettlement' AND lacks(NOT no_flag(hasWorkUnit)), hasWorkUnit)
        AS "return-graduate-veteran_no-unit-stated hasWorkUnit warning",
    fails(type = 'GraduateOrVeteranReturnSettlement' AND destinationKind IN ('work-unit-collective',
        'talent-collective', 'student-collective', 'enlistment-collective'), destinationKind)
        AS "return-graduate-veteran_destination destinationKind violation",
    fails(type = 'GraduateOrVeteranReturnSettlement' AND lacks(destinationKind IN ('work-unit-collective',
        'talent-collective', 'student-collective', 'place-of-origin', 'origin-township-collective',
        'enlistment-collective')), destinationKind)
        AS "return-graduate-veteran_destination-stated destinationKind warning",
    fails(type = 'GraduateOrVeteranReturnSettlement' AND apart(destination, origin), destinationDivision)
        AS "return-graduate-veteran_place destinationDivision violation",
    fails(type = 'GraduateOrVeteranReturnSettlement'
        AND untold(destination, origin, destinationZone, originZone), destinationDivision)
        AS "return-graduate-veteran_place-stated destinationDivision warning",
    fails(type = 'GraduateOrVeteranReturnSettlement' AND len(relatives) > 0, '')
        AS "return-graduate-veteran_relatives-unmentioned relatives warning",

    -- return-to-origin: a living basis, or back from a town after 2021-01-01
    fails(type = 'ReturnToOriginSettlement' AND len(applicantCategory) > 0
        AND list_has_all(['college-or-vocational-graduate', 'college-graduate', 'local-student',
        'nonlocal-student', 'outstanding-migrant-worker', 'talent', 'demobilized-veteran',
        'discharged-veteran', 'civilian-transfer-veteran', 'agricultural-researcher', 'other'],
        applicantCategory) AND no(holdsHouseSiteUseRight) AND no(holdsOtherLivingBasis), '')
        AS "return-to-origin_who applicantCategory violation",
    fails(type = 'ReturnToOriginSettlement' AND len(applicantCategory) > 0
        AND list_has_all(['college-or-vocational-graduate', 'college-graduate', 'local-student',
        'nonlocal-student', 'outstanding-migrant-worker', 'talent', 'demobilized-veteran',
        'discharged-veteran', 'civilian-transfer-veteran', 'agricultural-researcher', 'other'],
        applicantCategory) AND lacks(no(holdsHouseSiteUseRight) AND no(holdsOtherLivingBasis)), '')
        AS "return-to-origin_who-reading applicantCategory warning",
    fails(type = 'ReturnToOriginSettlement' AND lacks(list_contains(applicantCategory, 'settled-rural-migrant'))
        AND lacks(len(applicantCategory) > 0 AND list_has_all(['college-or-vocational-graduate',
        'college-graduate', 'local-student', 'nonlocal-student', 'outstanding-migrant-worker', 'talent',
        'demobilized-veteran', 'discharged-veteran', 'civilian-transfer-veteran', 'agricultural-researcher',
        'other'], applicantCategory)), '') AS "return-to-origin_who-stated applicantCategory warning",
    fails(type = 'ReturnToOriginSettlement' AND no(holdsHouseSiteUseRight) AND no(holdsOtherLivingBasis)
        AND (settled BETWEEN '1000' AND '2020-12-31' OR no(townSettlementWithinCity) OR no(residesAtOrigin)),
        holdsHouseSiteUseRight) AS "return-to-origin_ground holdsHouseSiteUseRight violation",
    fails(type = 'ReturnToOriginSettlement' AND lacks(yes(holdsHouseSiteUseRight) OR yes(holdsOtherLivingBasis))
        AND lacks(settled >= '2021-01-01' AND yes(townSettlementWithinCity) AND yes(residesAtOrigin))
        AND lacks(no(holdsHouseSiteUseRight) AND no(holdsOtherLivingBasis)
        AND (settled BETWEEN '1000' AND '2020-12-31' OR no(townSettlementWithinCity) OR no(residesAtOrigin))),
        holdsHouseSiteUseRight) AS "return-to-origin_ground-stated holdsHouseSiteUseRight warning",
    fails(type = 'ReturnToOriginSettlement' AND (yes(holdsHouseSiteUseRight) OR yes(holdsOtherLivingBasis))
        AND no(residesAtOrigin), residesAtOrigin) AS "return-to-origin_ground-reading residesAtOrigin warning",
    fails(type = 'ReturnToOriginSettlement' AND lacks(yes(holdsHouseSiteUseRight) OR yes(holdsOtherLivingBasis))
        AND settled = '2021-01-01' AND yes(townSettlementWithinCity) AND yes(residesAtOrigin),
        townSettlementDate) AS "return-to-origin_ground-day townSettlementDate warning",
    fails(type = 'ReturnToOriginSettlement' AND lacks(yes(holdsHouseSiteUseRight)) AND yes(holdsOtherLivingBasis)
        AND lacks(settled > '2021-01-01' AND yes(townSettlementWithinCity) AND yes(residesAtOrigin)),
        holdsOtherLivingBasis) AS "return-to-origin_ground-open holdsOtherLivingBasis info",
    fails(type = 'ReturnToOriginSettlement' AND destinationKind IN ('work-unit-collective',
        'talent-collective', 'student-collective', 'enlistment-collective'), destinationKind)
        AS "return-to-origin_destination destinationKind violation",
    fails(type = 'ReturnToOriginSettlement' AND lacks(destinationKind IN ('work-unit-collective',
        'talent-collective', 'student-collective', 'place-of-origin', 'enlistment-collective')),
        destinationKind) AS "return-to-origin_destination-stated destinationKind warning",
    fails(type = 'ReturnToOriginSettlement' AND apart(destination, origin), destinationDivision)
        AS "return-to-origin_place destinationDivision violation",
    fails(type = 'ReturnToOriginSettlement' AND untold(destination, origin, destinationZone, originZone),
        destinationDivision) AS "return-to-origin_place-stated destinationDivision warning",
    fails(type = 'ReturnToOriginSettlement' AND len(relatives) > 0, '')
        AS "return-to-origin_relatives-unmentioned relatives warning",

    -- rural-rights-kept
    fails(type IN ('HabitualResidenceSettlement', 'EmploymentSettlement', 'FlexibleEmploymentSettlement',
        'GraduateSettlement', 'StudentSettlement', 'TalentSettlement', 'ReturnToOriginSettlement',
        'GraduateOrVeteranReturnSettlement', 'EnlistmentPlaceSettlement', 'RuralTalentSettlement')
        AND len(list_filter(requirements, lambda r: r.form = 'condition' AND r.matter IN (
        'surrender-house-site-use-right', 'surrender-land-contract-right', 'surrender-collective-proceeds'))) > 0,
        '') AS "rural-rights-kept_surrender requirements violation",
    fails(type = 'RuralEntrepreneurSettlement' AND len(list_filter(requirements, lambda r: r.form = 'condition'
        AND r.matter IN ('surrender-land-contract-right', 'surrender-collective-proceeds'))) > 0, '')
        AS "rural-rights-kept_surrender-other requirements violation",
    fails(type = 'RuralEntrepreneurSettlement' AND len(list_filter(requirements, lambda r: r.form = 'condition'
        AND r.matter = 'surrender-house-site-use-right')) > 0, '')
        AS "rural-rights-kept_house-site requirements warning",

    -- settle-before-job
    fails(type = 'GraduateSettlement' AND len(list_filter(requirements, lambda r: r.form = 'condition'
        AND r.matter IN ('employment', 'social-insurance'))) > 0, '')
        AS "settle-before-job_job requirements violation",
    fails(type = 'GraduateSettlement' AND len(list_filter(requirements, lambda r: r.form = 'evidence'
        AND r.matter IN ('employment', 'social-insurance'))) > 0, '')
        AS "settle-before-job_proof requirements info",

    -- settle-employment
    fails(type = 'EmploymentSettlement' AND employmentKind IN ('flexible', 'other'), employmentKind)
        AS "settle-employment_kind employmentKind info",
    fails(type = 'EmploymentSettlement' AND lacks(employmentKind IN ('hired', 'working', 'trading', 'founding',
        'flexible', 'other')), employmentKind) AS "settle-employment_kind-stated employmentKind warning",
    fails(type = 'EmploymentSettlement' AND no(employmentInTown), employmentInTown)
        AS "settle-employment_in-town employmentInTown violation",
    fails(type = 'EmploymentSettlement' AND lacks(NOT no_flag(employmentInTown)), employmentInTown)
        AS "settle-employment_in-town-stated employmentInTown warning",
    fails(type = 'EmploymentSettlement' AND elsewhere(employment), employmentDivision)
        AS "settle-employment_employment-in-city employmentDivision violation",
    fails(type = 'EmploymentSettlement' AND unlocated(employment, employmentZone), employmentDivision)
        AS "settle-employment_employment-stated employmentDivision warning",
    fails(type = 'EmploymentSettlement' AND len(list_filter(relatives, lambda p: is_distant(p.relation))) > 0,
        '') AS "settle-employment_relative relatives.relation violation",
    fails(type = 'EmploymentSettlement' AND len(list_filter(relatives, lambda p: is_vague(p.relation))) > 0,
        '') AS "settle-employment_relative-unsure relatives.relation warning",
    fails(type = 'EmploymentSettlement'
        AND len(list_filter(relatives, lambda p: lacks(is_relation(p.relation)))) > 0, '')
        AS "settle-employment_relative-stated relatives warning",

    -- settle-enlistment-place
    fails(type = 'EnlistmentPlaceSettlement' AND len(applicantCategory) > 0
        AND list_has_all(['college-or-vocational-graduate', 'college-graduate', 'local-student',
        'nonlocal-student', 'outstanding-migrant-worker', 'talent', 'settled-rural-migrant',
        'agricultural-researcher', 'other'], applicantCategory), '')
        AS "settle-enlistment-place_who applicantCategory violation",
    fails(type = 'EnlistmentPlaceSettlement' AND lacks(list_has_any(applicantCategory, ['demobilized-veteran',
        'discharged-veteran', 'civilian-transfer-veteran'])) AND lacks(len(applicantCategory) > 0
        AND list_has_all(['college-or-vocational-graduate', 'college-graduate', 'local-student',
        'nonlocal-student', 'outstanding-migrant-worker', 'talent', 'settled-rural-migrant',
        'agricultural-researcher', 'other'], applicantCategory)), '')
        AS "settle-enlistment-place_who-stated applicantCategory warning",
    fails(type = 'EnlistmentPlaceSettlement' AND no(ruralRegistered), ruralRegistered)
        AS "settle-enlistment-place_rural ruralRegistered violation",
    fails(type = 'EnlistmentPlaceSettlement' AND lacks(NOT no_flag(ruralRegistered)), ruralRegistered)
        AS "settle-enlistment-place_rural-stated ruralRegistered warning",
    fails(type = 'EnlistmentPlaceSettlement' AND destinationKind IN ('family-household',
        'relative-family-household', 'work-unit-collective', 'talent-collective', 'student-collective'),
        destinationKind) AS "settle-enlistment-place_destination destinationKind violation",
    fails(type = 'EnlistmentPlaceSettlement' AND lacks(destinationKind IN ('family-household',
        'relative-family-household', 'work-unit-collective', 'talent-collective', 'student-collective',
        'enlistment-collective')), destinationKind)
        AS "settle-enlistment-place_destination-stated destinationKind warning",
    fails(type = 'EnlistmentPlaceSettlement' AND apart(destination, enlistment), destinationDivision)
        AS "settle-enlistment-place_place destinationDivision violation",
    fails(type = 'EnlistmentPlaceSettlement' AND untold(destination, enlistment, destinationZone, enlistmentZone),
        destinationDivision) AS "settle-enlistment-place_place-stated destinationDivision warning",
    fails(type = 'EnlistmentPlaceSettlement' AND len(relatives) > 0, '')
        AS "settle-enlistment-place_relatives-unmentioned relatives warning",

    -- settle-flexible-employment
    fails(type = 'FlexibleEmploymentSettlement' AND employmentKind IN ('hired', 'working', 'trading',
        'founding', 'other'), employmentKind) AS "settle-flexible-employment_kind employmentKind violation",
    fails(type = 'FlexibleEmploymentSettlement' AND lacks(employmentKind IN ('hired', 'working', 'trading',
        'founding', 'flexible', 'other')), employmentKind)
        AS "settle-flexible-employment_kind-stated employmentKind warning",
    fails(type = 'FlexibleEmploymentSettlement' AND elsewhere(employment), employmentDivision)
        AS "settle-flexible-employment_employment-in-city employmentDivision violation",
    fails(type = 'FlexibleEmploymentSettlement' AND unlocated(employment, employmentZone), employmentDivision)
        AS "settle-flexible-employment_employment-stated employmentDivision warning",
    fails(type = 'FlexibleEmploymentSettlement' AND destinationKind IN ('family-household',
        'relative-family-household', 'work-unit-collective', 'talent-collective', 'student-collective',
        'origin-township-collective', 'enlistment-collective'), destinationKind)
        AS "settle-flexible-employment_destination destinationKind violation",
    fails(type = 'FlexibleEmploymentSettlement' AND lacks(destinationKind IN ('family-household',
        'relative-family-household', 'community-collective', 'work-unit-collective', 'talent-collective',
        'student-collective', 'origin-township-collective', 'enlistment-collective')), destinationKind)
        AS "settle-flexible-employment_destination-stated destinationKind warning",
    fails(type = 'FlexibleEmploymentSettlement' AND apart(destination, employment), destinationDivision)
        AS "settle-flexible-employment_place destinationDivision violation",
    fails(type = 'FlexibleEmploymentSettlement'
        AND untold(destination, employment, destinationZone, employmentZone), destinationDivision)
        AS "settle-flexible-employment_place-stated destinationDivision warning",
    fails(type = 'FlexibleEmploymentSettlement' AND len(relatives) > 0, '')
        AS "settle-flexible-employment_relatives-unmentioned relatives warning",

    -- settle-graduate
    fails(type = 'GraduateSettlement' AND len(applicantCategory) > 0 AND list_has_all(['local-student',
        'nonlocal-student', 'outstanding-migrant-worker', 'talent', 'demobilized-veteran',
        'discharged-veteran', 'civilian-transfer-veteran', 'settled-rural-migrant', 'agricultural-researcher',
        'other'], applicantCategory), '') AS "settle-graduate_who applicantCategory violation",
    fails(type = 'GraduateSettlement' AND lacks(list_has_any(applicantCategory, [
        'college-or-vocational-graduate', 'college-graduate'])) AND lacks(len(applicantCategory) > 0
        AND list_has_all(['local-student', 'nonlocal-student', 'outstanding-migrant-worker', 'talent',
        'demobilized-veteran', 'discharged-veteran', 'civilian-transfer-veteran', 'settled-rural-migrant',
        'agricultural-researcher', 'other'], applicantCategory)), '')
        AS "settle-graduate_who-stated applicantCategory warning",
    fails(type = 'GraduateSettlement' AND no(intendsToWorkInCity), intendsToWorkInCity)
        AS "settle-graduate_willing intendsToWorkInCity violation",
    fails(type = 'GraduateSettlement' AND lacks(NOT no_flag(intendsToWorkInCity)), intendsToWorkInCity)
        AS "settle-graduate_willing-stated intendsToWorkInCity warning",
    fails(type = 'GraduateSettlement' AND destinationKind IN ('family-household', 'relative-family-household',
        'community-collective', 'work-unit-collective', 'student-collective', 'origin-township-collective',
        'enlistment-collective') AND apart(destination, residence), destinationKind)
        AS "settle-graduate_destination destinationKind violation",
    fails(type = 'GraduateSettlement' AND destinationKind IN ('family-household', 'relative-family-household',
        'community-collective', 'work-unit-collective', 'student-collective', 'origin-township-collective',
        'enlistment-collective') AND together(destination, residence, destinationZone, residenceZone),
        destinationKind) AS "settle-graduate_destination-reading destinationKind warning",
    fails(type = 'GraduateSettlement' AND destinationKind IN ('family-household', 'relative-family-household',
        'community-collective', 'work-unit-collective', 'student-collective', 'origin-township-collective',
        'enlistment-collective') AND untold(destination, residence, destinationZone, residenceZone),
        destinationKind) AS "settle-graduate_destination-residence-stated destinationKind warning",
    fails(type = 'GraduateSettlement' AND lacks(destinationKind IN ('family-household',
        'relative-family-household', 'community-collective', 'work-unit-collective', 'talent-collective',
        'student-collective', 'origin-township-collective', 'enlistment-collective')), destinationKind)
        AS "settle-graduate_destination-stated destinationKind warning",
    fails(type = 'GraduateSettlement' AND apart(destination, residence) AND apart(destination, intended),
        destinationDivision) AS "settle-graduate_place destinationDivision violation",
    fails(type = 'GraduateSettlement'
        AND lacks(together(destination, residence, destinationZone, residenceZone))
        AND lacks(together(destination, intended, destinationZone, intendedEmploymentZone))
        AND lacks(is_county(destination) AND is_county(residence) AND is_county(intended)),
        destinationDivision) AS "settle-graduate_place-stated destinationDivision warning",
    fails(type = 'GraduateSettlement' AND len(relatives) > 0, '')
        AS "settle-graduate_relatives-unmentioned relatives warning",

    -- settle-habitual-residence
    fails(type = 'HabitualResidenceSettlement' AND no(residesInTown), residesInTown)
        AS "settle-habitual-residence_in-town residesInTown violation",
    fails(type = 'HabitualResidenceSettlement' AND lacks(NOT no_flag(residesInTown)), residesInTown)
        AS "settle-habitual-residence_in-town-stated residesInTown warning",
    fails(type = 'HabitualResidenceSettlement' AND elsewhere(residence), residenceDivision)
        AS "settle-habitual-residence_residence-in-city residenceDivision violation",
    fails(type = 'HabitualResidenceSettlement' AND unlocated(residence, residenceZone), residenceDivision)
        AS "settle-habitual-residence_residence-stated residenceDivision warning",
    fails(type = 'HabitualResidenceSettlement'
        AND len(list_filter(relatives, lambda p: is_distant(p.relation))) > 0, '')
        AS "settle-habitual-residence_relative relatives.relation violation",
    fails(type = 'HabitualResidenceSettlement'
        AND len(list_filter(relatives, lambda p: is_vague(p.relation))) > 0, '')
        AS "settle-habitual-residence_relative-unsure relatives.relation warning",
    fails(type = 'HabitualResidenceSettlement'
        AND len(list_filter(relatives, lambda p: lacks(is_relation(p.relation)))) > 0, '')
        AS "settle-habitual-residence_relative-stated relatives warning",

    -- settle-rural-talent: a post in the countryside, or a great contribution
    fails(type = 'RuralTalentSettlement' AND (postingKind = 'none' OR postingPlace = 'other')
        AND no(majorContribution), postingKind) AS "settle-rural-talent_ground postingKind violation",
    fails(type = 'RuralTalentSettlement' AND lacks(yes(majorContribution))
        AND lacks(postingKind IN ('assigned', 'voluntary')
        AND postingPlace IN ('village', 'new-agricultural-entity'))
        AND lacks((postingKind = 'none' OR postingPlace = 'other') AND no(majorContribution)), postingKind)
        AS "settle-rural-talent_ground-stated postingKind warning",
    fails(type = 'RuralTalentSettlement' AND yes(majorContribution)
        AND lacks(postingKind IN ('assigned', 'voluntary')
        AND postingPlace IN ('village', 'new-agricultural-entity')), majorContribution)
        AS "settle-rural-talent_contribution majorContribution info",
    fails(type = 'RuralTalentSettlement' AND lacks(yes(majorContribution))
        AND postingKind IN ('assigned', 'voluntary') AND postingPlace IN ('village', 'new-agricultural-entity')
        AND lacks(list_contains(applicantCategory, 'agricultural-researcher'))
        AND list_has_any(applicantCategory, ['college-or-vocational-graduate', 'college-graduate',
        'local-student', 'nonlocal-student', 'outstanding-migrant-worker', 'talent', 'demobilized-veteran',
        'discharged-veteran', 'civilian-transfer-veteran', 'settled-rural-migrant', 'other']), '')
        AS "settle-rural-talent_who-open applicantCategory info",
    fails(type = 'RuralTalentSettlement' AND lacks(yes(majorContribution))
        AND postingKind IN ('assigned', 'voluntary') AND postingPlace IN ('village', 'new-agricultural-entity')
        AND lacks(list_has_any(applicantCategory, ['college-or-vocational-graduate', 'college-graduate',
        'local-student', 'nonlocal-student', 'outstanding-migrant-worker', 'talent', 'demobilized-veteran',
        'discharged-veteran', 'civilian-transfer-veteran', 'settled-rural-migrant', 'agricultural-researcher',
        'other'])), '') AS "settle-rural-talent_who-stated applicantCategory warning",
    fails(type = 'RuralTalentSettlement' AND no(localConditionsMet), localConditionsMet)
        AS "settle-rural-talent_local localConditionsMet violation",
    fails(type = 'RuralTalentSettlement' AND lacks(NOT no_flag(localConditionsMet)), localConditionsMet)
        AS "settle-rural-talent_local-stated localConditionsMet warning",
    fails(type = 'RuralTalentSettlement' AND elsewhere(employment), employmentDivision)
        AS "settle-rural-talent_employment-in-city employmentDivision violation",
    fails(type = 'RuralTalentSettlement' AND unlocated(employment, employmentZone), employmentDivision)
        AS "settle-rural-talent_employment-stated employmentDivision warning",
    fails(type = 'RuralTalentSettlement' AND apart(destination, employment), destinationDivision)
        AS "settle-rural-talent_place destinationDivision violation",
    fails(type = 'RuralTalentSettlement' AND untold(destination, employment, destinationZone, employmentZone),
        destinationDivision) AS "settle-rural-talent_place-stated destinationDivision warning",
    fails(type = 'RuralTalentSettlement' AND len(relatives) > 0, '')
        AS "settle-rural-talent_relatives-unmentioned relatives warning",

    -- settle-rural-work
    fails(type = 'RuralEntrepreneurSettlement' AND len(applicantCategory) > 0 AND list_has_all([
        'local-student', 'nonlocal-student', 'outstanding-migrant-worker', 'talent', 'settled-rural-migrant',
        'agricultural-researcher', 'other'], applicantCategory), '')
        AS "settle-rural-work_who applicantCategory violation",
    fails(type = 'RuralEntrepreneurSettlement' AND lacks(list_has_any(applicantCategory, ['college-graduate',
        'demobilized-veteran', 'discharged-veteran', 'civilian-transfer-veteran']))
        AND lacks(len(applicantCategory) > 0 AND list_has_all(['local-student', 'nonlocal-student',
        'outstanding-migrant-worker', 'talent', 'settled-rural-migrant', 'agricultural-researcher', 'other'],
        applicantCategory)), '') AS "settle-rural-work_who-stated applicantCategory warning",
    fails(type = 'RuralEntrepreneurSettlement' AND no(ruralEmployment), ruralEmployment)
        AS "settle-rural-work_rural ruralEmployment violation",
    fails(type = 'RuralEntrepreneurSettlement' AND lacks(NOT no_flag(ruralEmployment)), ruralEmployment)
        AS "settle-rural-work_rural-stated ruralEmployment warning",
    fails(type = 'RuralEntrepreneurSettlement' AND applied >= '1000' AND is_day(employmentStart)
        AND employmentStart >= '1000'
        AND TRY_CAST(applied AS DATE) < TRY_CAST(employmentStart AS DATE) + INTERVAL 6 MONTH, employmentStart)
        AS "settle-rural-work_six-months employmentStart violation",
    fails(type = 'RuralEntrepreneurSettlement' AND lacks(is_day(employmentStart) AND employmentStart >= '1000'),
        employmentStart) AS "settle-rural-work_start-stated employmentStart warning",
    fails(type = 'RuralEntrepreneurSettlement' AND lacks(applied >= '1000'), applicationDate)
        AS "settle-rural-work_applied-stated applicationDate warning",
    fails(type = 'RuralEntrepreneurSettlement' AND yes(holdsHouseSiteUseRight), holdsHouseSiteUseRight)
        AS "settle-rural-work_no-house-site holdsHouseSiteUseRight violation",
    fails(type = 'RuralEntrepreneurSettlement' AND lacks(NOT no_flag(holdsHouseSiteUseRight)),
        holdsHouseSiteUseRight) AS "settle-rural-work_no-house-site-stated holdsHouseSiteUseRight warning",
    fails(type = 'RuralEntrepreneurSettlement' AND elsewhere(employment), employmentDivision)
        AS "settle-rural-work_employment-in-city employmentDivision violation",
    fails(type = 'RuralEntrepreneurSettlement' AND unlocated(employment, employmentZone), employmentDivision)
        AS "settle-rural-work_employment-stated employmentDivision warning",
    fails(type = 'RuralEntrepreneurSettlement' AND apart(destination, employment), destinationDivision)
        AS "settle-rural-work_place destinationDivision violation",
    fails(type = 'RuralEntrepreneurSettlement'
        AND untold(destination, employment, destinationZone, employmentZone), destinationDivision)
        AS "settle-rural-work_place-stated destinationDivision warning",
    fails(type = 'RuralEntrepreneurSettlement' AND len(relatives) > 0, '')
        AS "settle-rural-work_relatives-unmentioned relatives warning",

    -- settle-student
    fails(type = 'StudentSettlement' AND len(applicantCategory) > 0 AND list_has_all([
        'college-or-vocational-graduate', 'college-graduate', 'nonlocal-student', 'outstanding-migrant-worker',
        'talent', 'demobilized-veteran', 'discharged-veteran', 'civilian-transfer-veteran',
        'settled-rural-migrant', 'agricultural-researcher', 'other'], applicantCategory), '')
        AS "settle-student_who applicantCategory violation",
    fails(type = 'StudentSettlement' AND lacks(list_contains(applicantCategory, 'local-student'))
        AND lacks(len(applicantCategory) > 0 AND list_has_all(['college-or-vocational-graduate',
        'college-graduate', 'nonlocal-student', 'outstanding-migrant-worker', 'talent', 'demobilized-veteran',
        'discharged-veteran', 'civilian-transfer-veteran', 'settled-rural-migrant', 'agricultural-researcher',
        'other'], applicantCategory)), '') AS "settle-student_who-stated applicantCategory warning",
    fails(type = 'StudentSettlement' AND elsewhere(school), schoolDivision)
        AS "settle-student_school-in-city schoolDivision violation",
    fails(type = 'StudentSettlement' AND unlocated(school, schoolZone), schoolDivision)
        AS "settle-student_school-stated schoolDivision warning",
    fails(type = 'StudentSettlement' AND destinationKind IN ('family-household', 'relative-family-household',
        'community-collective', 'work-unit-collective', 'talent-collective', 'origin-township-collective',
        'enlistment-collective'), destinationKind) AS "settle-student_destination destinationKind violation",
    fails(type = 'StudentSettlement' AND lacks(destinationKind IN ('family-household',
        'relative-family-household', 'community-collective', 'work-unit-collective', 'talent-collective',
        'student-collective', 'origin-township-collective', 'enlistment-collective')), destinationKind)
        AS "settle-student_destination-stated destinationKind warning",
    fails(type = 'StudentSettlement' AND destinationUnitCode <> schoolCode AND is_unit(destinationUnitCode)
        AND is_unit(schoolCode), destinationUnitCode)
        AS "settle-student_own-school destinationUnitCode violation",
    fails(type = 'StudentSettlement' AND lacks(is_unit(destinationUnitCode)), destinationUnitCode)
        AS "settle-student_unit-stated destinationUnitCode warning",
    fails(type = 'StudentSettlement' AND lacks(is_unit(schoolCode)), schoolCode)
        AS "settle-student_school-code-stated schoolCode warning",
    fails(type = 'StudentSettlement' AND len(relatives) > 0, '')
        AS "settle-student_relatives-unmentioned relatives warning",

    -- settle-talent
    fails(type = 'TalentSettlement' AND len(applicantCategory) > 0 AND list_has_all([
        'college-or-vocational-graduate', 'college-graduate', 'local-student', 'demobilized-veteran',
        'discharged-veteran', 'civilian-transfer-veteran', 'settled-rural-migrant',
        'agricultural-researcher'], applicantCategory), '') AS "settle-talent_who applicantCategory violation",
    fails(type = 'TalentSettlement' AND list_contains(applicantCategory, 'other')
        AND NOT list_has_any(applicantCategory, ['nonlocal-student', 'outstanding-migrant-worker', 'talent']),
        '') AS "settle-talent_who-open applicantCategory info",
    fails(type = 'TalentSettlement' AND lacks(list_has_any(applicantCategory, ['nonlocal-student',
        'outstanding-migrant-worker', 'talent', 'other'])) AND lacks(len(applicantCategory) > 0
        AND list_has_all(['college-or-vocational-graduate', 'college-graduate', 'local-student',
        'demobilized-veteran', 'discharged-veteran', 'civilian-transfer-veteran', 'settled-rural-migrant',
        'agricultural-researcher'], applicantCategory)), '')
        AS "settle-talent_who-stated applicantCategory warning",
    fails(type = 'TalentSettlement' AND destinationKind IN ('family-household', 'community-collective',
        'work-unit-collective', 'student-collective', 'origin-township-collective', 'enlistment-collective')
        AND apart(destination, residence), destinationKind)
        AS "settle-talent_destination destinationKind violation",
    fails(type = 'TalentSettlement' AND destinationKind IN ('family-household', 'community-collective',
        'work-unit-collective', 'student-collective', 'origin-township-collective', 'enlistment-collective')
        AND together(destination, residence, destinationZone, residenceZone), destinationKind)
        AS "settle-talent_destination-reading destinationKind warning",
    fails(type = 'TalentSettlement' AND destinationKind IN ('family-household', 'community-collective',
        'work-unit-collective', 'student-collective', 'origin-township-collective', 'enlistment-collective')
        AND untold(destination, residence, destinationZone, residenceZone), destinationKind)
        AS "settle-talent_destination-residence-stated destinationKind warning",
    fails(type = 'TalentSettlement' AND lacks(destinationKind IN ('family-household',
        'relative-family-household', 'community-collective', 'work-unit-collective', 'talent-collective',
        'student-collective', 'origin-township-collective', 'enlistment-collective')), destinationKind)
        AS "settle-talent_destination-stated destinationKind warning",
    fails(type = 'TalentSettlement' AND destinationKind = 'relative-family-household'
        AND is_distant(hostRelation), hostRelation) AS "settle-talent_host hostRelation violation",
    fails(type = 'TalentSettlement' AND destinationKind = 'relative-family-household'
        AND lacks(is_relation(hostRelation) AND NOT is_vague(hostRelation)), hostRelation)
        AS "settle-talent_host-stated hostRelation warning",
    fails(type = 'TalentSettlement' AND destinationKind = 'talent-collective'
        AND apart(destination, residence) AND apart(destination, intended), destinationDivision)
        AS "settle-talent_place destinationDivision violation",
    fails(type = 'TalentSettlement' AND destinationKind = 'talent-collective'
        AND lacks(together(destination, residence, destinationZone, residenceZone))
        AND lacks(together(destination, intended, destinationZone, intendedEmploymentZone))
        AND lacks(is_county(destination) AND is_county(residence) AND is_county(intended)),
        destinationDivision) AS "settle-talent_place-stated destinationDivision warning",
    fails(type = 'TalentSettlement' AND len(relatives) > 0, '')
        AS "settle-talent_relatives-unmentioned relatives warning",

    -- town-entry-restrictions
    fails(type IN ('EmploymentSettlement', 'FlexibleEmploymentSettlement', 'GraduateSettlement',
        'StudentSettlement', 'TalentSettlement') AND len(list_filter(requirements, lambda r:
        r.form = 'condition' AND r.matter IN ('residence-duration', 'residence-permit', 'home-ownership',
        'social-insurance', 'points', 'age', 'income-or-tax', 'investment'))) > 0, '')
        AS "town-entry-restrictions_restriction requirements warning",
    fails(type IN ('EmploymentSettlement', 'FlexibleEmploymentSettlement')
        AND len(list_filter(requirements, lambda r: r.form = 'condition' AND r.matter = 'education-level')) > 0,
        '') AS "town-entry-restrictions_education requirements warning",
    FROM cases
), failing AS (
    FROM (SELECT *, coalesce(*COLUMNS('_.* '), CASE WHEN fence > 1 THEN '' END) AS fault FROM checks) WHERE fault IS NOT NULL
)
SELECT "case", split_part(name, ' ', 1) AS shape, split_part(name, ' ', 2) AS path, value,
    split_part(name, ' ', 3) AS severity
FROM (UNPIVOT failing ON COLUMNS('_.* ') INTO NAME name VALUE value);

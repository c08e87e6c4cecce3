PREFIX doc: <https://w3id.org/cetu/policies/zaozhuang-2021-65#>
PREFIX agency: <https://w3id.org/cetu/agency#>
PREFIX rule: <https://w3id.org/cetu/rule#>
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
PREFIX cv: <http://data.europa.eu/m8g/> PREFIX code: <https://w3id.org/cetu/code#> PREFIX eli: <http://data.europa.eu/eli/ontology#> PREFIX pol: <https://w3id.org/cetu/policy#> PREFIX skos: <http://www.w3.org/2004/02/skos/core#> PREFIX sh: <http://www.w3.org/ns/shacl#> PREFIX rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#>
INSERT DATA { doc:fee a pol:Fee }

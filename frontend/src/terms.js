// Names to complete that no query is needed for: SPARQL's own words, and what every SKOS data set uses.

const words = (text) => text.trim().split(/\s+/);

export const KEYWORDS = words(`
  SELECT CONSTRUCT DESCRIBE ASK DISTINCT REDUCED WHERE FROM NAMED GRAPH OPTIONAL UNION MINUS FILTER BIND VALUES UNDEF
  EXISTS NOT IN AS PREFIX BASE ORDER BY ASC DESC GROUP HAVING LIMIT OFFSET
`);

export const FUNCTIONS = words(`
  ABS AVG BNODE BOUND CEIL COALESCE CONCAT CONTAINS COUNT DATATYPE DAY ENCODE_FOR_URI FLOOR GROUP_CONCAT HOURS IF IRI
  isBLANK isIRI isLITERAL isNUMERIC LANG LANGMATCHES LCASE MAX MD5 MIN MINUTES MONTH NOW RAND REGEX REPLACE ROUND
  sameTerm SAMPLE SECONDS SHA1 SHA256 SHA384 SHA512 STR STRAFTER STRBEFORE STRDT STRENDS STRLANG STRLEN STRSTARTS
  STRUUID SUBSTR SUM TIMEZONE TZ UCASE URI UUID YEAR
`);

// SKOS Reference, appendix B; of the others what the data of this site uses.
export const TERMS = {
  skos: words(`
    Collection Concept ConceptScheme OrderedCollection altLabel broadMatch broader broaderTransitive changeNote
    closeMatch definition editorialNote exactMatch example hasTopConcept hiddenLabel historyNote inScheme
    mappingRelation member memberList narrowMatch narrower narrowerTransitive notation note prefLabel related
    relatedMatch scopeNote semanticRelation topConceptOf
  `),
  rdf: words("type value first rest nil Statement"),
  rdfs: words("label comment seeAlso isDefinedBy subClassOf subPropertyOf domain range"),
  dcterms: words(`
    title description creator created issued modified license rights rightsHolder source provenance isReplacedBy
    language identifier hasPart isPartOf
  `),
  owl: words("Class ObjectProperty DatatypeProperty AnnotationProperty deprecated versionInfo sameAs"),
  xsd: words("string integer decimal boolean date dateTime"),
};

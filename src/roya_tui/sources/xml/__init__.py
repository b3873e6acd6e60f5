"""RSS, Atom and RDF, also if they are not well-formed."""

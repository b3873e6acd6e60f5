"""What `xmlfeed` needs to read RSS, Atom and RDF, whole or broken."""

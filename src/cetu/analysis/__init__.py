"""Graph → tables: outline, responsibility, coverage, network, impact. Nothing is written here."""

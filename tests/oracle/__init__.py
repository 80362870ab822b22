"""The arithmetic of deadlines against a judge that shares no code with it: `make oracle` for a million cases."""

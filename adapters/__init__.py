"""One folder for each outside system. No adapter knows another; each implements a port of `flows.ports`."""

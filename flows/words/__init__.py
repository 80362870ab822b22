"""Staff's words, one TOML file a language and subject; read by `flows.phrases`, filled by `flows.rich.fill`."""

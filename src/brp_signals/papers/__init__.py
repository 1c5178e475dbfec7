"""Papers that a municipality signs before the first night, made of the rules and configuration that run."""

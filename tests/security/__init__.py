"""What attackers, mistakes and other users of the machine can do, and what meets them (docs/security.md)."""

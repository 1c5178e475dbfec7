"""What a school is called on the pages of the desk."""


def school_name(code: str) -> str:
    """The school of this code, for people."""
    return code

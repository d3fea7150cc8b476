"""Hand-ins: from archives, folders and exports of other systems to submitted files."""

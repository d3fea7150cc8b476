"""Object stores: folders behind addresses such as s3://bucket/path, mirrored on this machine."""

"""The trust boundary: the only code near student code; imports stdlib, torch, numpy and itself."""

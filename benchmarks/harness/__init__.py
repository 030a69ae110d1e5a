"""What the scenarios measure with: processes on pinned cores, their CPU time and memory, load, and the report."""

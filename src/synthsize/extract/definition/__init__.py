"""What a source is: its folder of YAML, concept sets and SQL, read and checked."""

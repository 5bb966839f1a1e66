"""What `synthsize check-source` looks at: the contract of a source and whether its data can be what they say."""

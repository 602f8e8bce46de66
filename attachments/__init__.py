"""Pictures, slides and papers that hang on a record."""

"""What a stage understood, as rows; and what people decided, kept when a stage runs again."""

"""What is kept of hours given and thanks said."""

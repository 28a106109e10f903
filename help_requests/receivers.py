"""What help_requests does when an event of a lower layer has happened."""

"""What safeguarding does when an event of a lower layer has happened. Thin: each handler calls a service."""

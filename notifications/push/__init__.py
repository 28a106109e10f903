"""Messages on a locked phone: web push (RFC 8030, 8291, 8292), sealed for one device of one person."""

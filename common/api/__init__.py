"""What every API endpoint shares: names, problems, pages of a list, ETags, schema, base viewsets."""

"""HTTP: a view parses the request, asks the layers below, and answers one page value as HTML or JSON."""

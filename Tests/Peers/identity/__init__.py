"""Who is let in: bearer tokens that PyJWT has made, and rules of authorization."""

"""What ships for books: profiles of the target languages and the demo's terminology."""

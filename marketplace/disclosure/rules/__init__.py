"""Who may, and what a text must satisfy."""

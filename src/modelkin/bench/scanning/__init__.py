"""Parts of the bench of scans."""

"""Packages that contain models: walk them safely, identify, compare and report what is inside."""

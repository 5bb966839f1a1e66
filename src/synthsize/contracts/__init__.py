"""The contracts between the rooms: every table that passes a wall, with its columns, types and order."""

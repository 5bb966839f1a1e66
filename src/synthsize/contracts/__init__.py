"""The contracts between the rooms: every table that one room hands to another, with its columns, types and order."""

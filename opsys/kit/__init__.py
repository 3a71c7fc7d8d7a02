"""The small framework every resource type plugs into: one `Resource` value gives a type all its doors."""

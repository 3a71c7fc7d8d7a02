"""The first page: how all clusters are. Every figure is read from our own tables, in as many queries however many
clusters there are."""

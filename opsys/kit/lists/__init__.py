"""Lists of resources: filters, columns, pages, cells, export."""

"""What people read: pages, tables, flow charts, the published folder."""

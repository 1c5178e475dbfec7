"""What people see: workbook, page, report, and how a run becomes visible."""

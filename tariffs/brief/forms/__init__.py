"""The brief for those who do not open Excel: a page to print, and tables to read by machine."""

"""The sheets of the Excel brief, one file each; each is told what it needs of the others."""

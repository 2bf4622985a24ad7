"""Drawings: frozen values in, SVG out. No style stands in them; colours are classes of static/drawing.css."""

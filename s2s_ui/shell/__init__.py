"""The page around every screen: navigation, theme, style sheets, the row below a figure, and the start of scripts."""

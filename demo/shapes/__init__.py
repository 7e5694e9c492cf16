"""How each sub-family looks: one function a form, from dimensions in millimetres to a solid."""

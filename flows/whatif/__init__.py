"""What another version of the flow would have made of past conversations. Values in, values out."""

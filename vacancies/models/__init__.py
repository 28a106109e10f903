"""What the vacancy bank keeps."""

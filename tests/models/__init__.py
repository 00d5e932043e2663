"""What is downloaded, checked and unpacked."""

"""Certificates: pictures, accessibility, the way from a certificate to a job."""

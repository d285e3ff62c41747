"""A certificate as the records tell it."""

from __future__ import annotations

from rest_framework import serializers

from analyzer.models import Certificate


class CertificateSerializer(serializers.ModelSerializer[Certificate]):
    """Several names of one kind stand on lines of their own."""

    digest_algorithm = serializers.CharField(source="hash")

    class Meta:
        model = Certificate
        fields = (
            *("id", "identity", "subject", "subject_name", "issuer", "issuer_name", "serial"),
            *("not_after", "not_after_text", "key_type", "key_bits", "signature", "encryption"),
            "digest_algorithm",
        )
        read_only_fields = fields

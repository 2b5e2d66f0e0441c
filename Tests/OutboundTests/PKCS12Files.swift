import Foundation

/// Files of a throw-away certificate and key, as OpenSSL writes them.
enum PKCS12Files {
    /// PBES2 with AES-256 and HMAC-SHA-256, password `geheim`.
    static let modern = bytes(
        """
        MIIEDAIBAzCCA8IGCSqGSIb3DQEHAaCCA7MEggOvMIIDqzCCAmIGCSqGSIb3DQEHBqCCAlMwggJPAgEAMIICSAYJKoZIhvcNAQcB
        MFcGCSqGSIb3DQEFDTBKMCkGCSqGSIb3DQEFDDAcBAjphZcP39sIjQICCAAwDAYIKoZIhvcNAgkFADAdBglghkgBZQMEASoEEL92
        SfSwcUKaZVxxRP/F/xqAggHgAlPVSkiVz2zVAsjCrgM2S2wnNWXCbf1DNKWXa01Lz1fNF7JxxBHVk2+v2hy5BR08hdkruiH89i7k
        rjMfjPmuULrUnN4PJlHp8gRaCiDHwpSrjMS4hAKzAiX2U8uoDln2iuyYlkq6tlAXAUaOQlwirNt7JltNjJpGR6Q8BGS5tOkmC3xR
        3Jm2PTozgdverkqpOWP/KbXAoxHc3OptisxVD1hSyGmqht1vvSmvkSq5Cr52AscBnGQASJ/+bF26Rd+0dcDodO/uiHD6eobXpT5E
        4eXqGV10LiwoIWH7vIP7aGAWYPO9R2/x/szyoPxp8IMNtv11AU3jeOGVnkat736t/HDQlGALRHrnEhgYZJVuRfqcnFtdpRM2+Od2
        eSTO0Ytr44gfxwtc/djEcEHw1zNKP/5dQTdzxI5Wre9QgmzYkX8OApi8MmMjsA9vC53PBPWaiZhze05QzRGWjrivhRAiA5uGctaI
        vtdcq4ga6akGvyfYrVDt/MXYujLM4PAx7wbXiuCYa6prkClsuxzAs2Yp26vp1f9pP74IU3DVDu61hFps+StS3b++FDKMPR8LysPo
        /wDSez0O34gv3Hig+digI5+uykIyb8WN/8pnxzWvCjCg2SCDwNSylbLM12ONaULwMIIBQQYJKoZIhvcNAQcBoIIBMgSCAS4wggEq
        MIIBJgYLKoZIhvcNAQwKAQKgge8wgewwVwYJKoZIhvcNAQUNMEowKQYJKoZIhvcNAQUMMBwECBm6ez3bxF6PAgIIADAMBggqhkiG
        9w0CCQUAMB0GCWCGSAFlAwQBKgQQGUYJKQLRpNXAQyqRwHgHwwSBkDUsgKyG52ZeBVfgMTuVjceetFD4pwSsXKJ6fggbuUPSNJ8C
        H3gbSXLHO42L+NNt0QjQ7NTMXxVotnRAXLME2bnoj9n2c4BbRZmbpzLoZ4Q2ER0sBsh0o0AbRcvMNdY01vgjWlNvmT+FqkOG/ehS
        Y1EWDZPh8tGz063bqjfI5jITA8a0kZM92jkNLoSarKm5VzElMCMGCSqGSIb3DQEJFTEWBBQ5B3j9KhyHWA2x0GvqajCvcGGiBTBB
        MDEwDQYJYIZIAWUDBAIBBQAEIJNfwWbgreh22uKrXTfa+DoJcv+INUlVXzV1wyIEfSZTBAjmNx9o2KxmWQICCAA=
        """
    )

    /// 3DES and RC2 with SHA-1, as Windows wrote for long, password `geheim`.
    static let legacy = bytes(
        """
        MIIDegIBAzCCA0AGCSqGSIb3DQEHAaCCAzEEggMtMIIDKTCCAh8GCSqGSIb3DQEHBqCCAhAwggIMAgEAMIICBQYJKoZIhvcNAQcB
        MBwGCiqGSIb3DQEMAQYwDgQIJ0VOsEYMfG8CAggAgIIB2GTZ9RWKTESoazNC70O9taTKdlwtjYbHbmU6NPD/M7g1/ymZLKKnTp42
        aPzf/xsu2bk5JV3RjXkReDyQo3mtkCRsety7IcYhw0ZWBcXdTI5r4Hu+1BNP3TxCez8HjnZXe8ZUdec5wDVnbsEMnjAeib73No2n
        /beJFnaAGuqiiK1h+2OOp5b25q0DNQScVcfmheli1sMzsCFVDOH++Lr+2ei6FAgUEcVlnPRwDaa9jC8kOmhQVdqmkOfR1hFQO8+P
        1RJlXsdFUixHulLT5y1OgqG+LBrIMBcyHvS+joFoxqsNIg9vrhp2ftjZV5LB2gSZJyQCDcD/yFc7NhFmCtzJO/DCf64LGYxN9rWw
        VP24q79fHmpugPmwdLn/pP2YtrGdu6/ymTt/E2H31702d1DVvrVSC4AQdAIwQDybAKFiBCYvtA5XlgHHWLyhuw+Q0u4vhLQf8CHK
        c2NzeWB+M7eqjolKRDmr4wXEDY5tLGlrH3tKtHtDKWuGiqo+LNYuZQNXV2wEzE07OFQp2uJLqMCOxFFwuv+YTfflrk2ZRTsPL6KY
        cG6RvMMEhcizXOnKzGTwTzweRXsYJm8JiF2YuQMF2jJ7mzfKT5jmjFc1ShL3XxMspN0rfp31Xs4wggECBgkqhkiG9w0BBwGggfQE
        gfEwge4wgesGCyqGSIb3DQEMCgECoIG0MIGxMBwGCiqGSIb3DQEMAQMwDgQIqZpd4/sg8usCAggABIGQRyqBHKG3ak9TTuikdr0q
        kpwbOYyKl0l14lfQ4iz36XZTxr91uKLigYijt6cykEDASxcr5Pm0l3Pz4tmDJJ0OhonCTzCm0tPd+VLVcHxGGrK3mSAXdR315tvB
        uOm7WSuWWjpJLW5fIO3RPE+bG88ns2deL4CNhact5RKowjBH9/sM2vSLLlTO7wyl1RHkrruKMSUwIwYJKoZIhvcNAQkVMRYEFDkH
        eP0qHIdYDbHQa+pqMK9wYaIFMDEwITAJBgUrDgMCGgUABBT5ek9pzwAguhbMuqyLQnZ9KB3+nAQIENwFz2eh6ZICAggA
        """
    )

    /// The same as `new`, with an empty password.
    static let withoutPassword = bytes(
        """
        MIIEDAIBAzCCA8IGCSqGSIb3DQEHAaCCA7MEggOvMIIDqzCCAmIGCSqGSIb3DQEHBqCCAlMwggJPAgEAMIICSAYJKoZIhvcNAQcB
        MFcGCSqGSIb3DQEFDTBKMCkGCSqGSIb3DQEFDDAcBAi7q1Mzew72YgICCAAwDAYIKoZIhvcNAgkFADAdBglghkgBZQMEASoEEKtm
        hKnISWzpE/8gmHMclL+AggHgqKbBO901Irg8fU9Sh5k/WQaCayN8U/Or9Gznx5NWjhhJSyLlaiJDJCrjX9jJNZV2ONhKNE5j20Vj
        AUcBUhTFEz0BOFDb0qHVsswb1tjIH8zOhTT2w6FSVEO/4oH/gTk9sKE56EKf47Fsl25amRBEUQFpdxzVrDZaiHXd2LHD+90DsMHx
        P1wprho/5HG1x++ZVPUpYHIbrl5JyM+JKUVb3R+aaFwAArzMX/kO+ghUoEOlj1Za0oixDGErpAd3Rd3fKiZ+NYRV1DCLUVtQWfFD
        Qf8UoJXMWkmJv3QSt6tvznkcXDT1s/Q5TIR/+9ZkY3XDhZvVuUtfKW5SAF1XD90AMZNrxSXWcuyY+GDXxXeua6q8K7DwaKVrImEa
        oIKOxqvZU23M05wcxt/94BnjkretK2QxA07xHb2MopMsnhQokCeaYEoKbUW/7Dr2YasOOF/wfvn4JT6eVOCznP3rmYjnjzBLmcQc
        bq7UmgJHssEdDmC31oPtFx/jnIz5IGTrqZBBEri4+G3JqMM3h9OTMtgImgmK0GbnMax1cvx5SGiAX3poIi2SkR8xWVdPt6JCeqtV
        z/XeOg8+jeBs1MjT20fP8eKvKKssKm3/XVynI6J1iWtGsMxVlXQQZNB/+Jbft/b0MIIBQQYJKoZIhvcNAQcBoIIBMgSCAS4wggEq
        MIIBJgYLKoZIhvcNAQwKAQKgge8wgewwVwYJKoZIhvcNAQUNMEowKQYJKoZIhvcNAQUMMBwECK5vwxl4S94JAgIIADAMBggqhkiG
        9w0CCQUAMB0GCWCGSAFlAwQBKgQQ1SwvYRjdYQlNeeCLHibYygSBkKnnHwN0Ime2t3jjYhL8ffEt+AYa0IdtDIQ3bX81Sp+lSkoa
        MjUeMtn4sEJr9bucyxfTiR1pOHIKia6oNw4yBIgPJXdxLWr7o8DTWNYmJ+l2T10q7pLCAOOkOZecick9CB5nSeYvkAqpwTdV3wy6
        2NoIPkL15rB39A0jSTUJyTuoTu9L3tFH8WAogAUTnGvh/DElMCMGCSqGSIb3DQEJFTEWBBQ5B3j9KhyHWA2x0GvqajCvcGGiBTBB
        MDEwDQYJYIZIAWUDBAIBBQAEIKWYgAqJBK+5Eer3An6Dd8s+DdBH7IN0u3NLKuzAIcJTBAjn++weJlrZZgICCAA=
        """
    )

    private static func bytes(_ text: String) -> [UInt8] {
        Array(Data(base64Encoded: text, options: .ignoreUnknownCharacters) ?? Data())
    }
}

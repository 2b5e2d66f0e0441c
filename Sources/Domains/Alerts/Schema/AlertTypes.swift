/// The types of legacy alerts as Graph's public metadata has them (v1.0), and `riskScore`, which the service sends too.
///
/// A property is `name:code`: s text, i whole number, d number, b truth value, t instant, `=enum`, `.type`, and `*` before it
/// a collection.
enum AlertTypes {
    static let properties: [String: String] = [
        "alert": """
        id:s azureTenantId:s azureSubscriptionId:s riskScore:s tags:*s activityGroupName:s
        assignedTo:s category:s closedDateTime:t comments:*s confidence:i createdDateTime:t
        description:s detectionIds:*s eventDateTime:t feedback:=alertFeedback incidentIds:*s
        lastEventDateTime:t lastModifiedDateTime:t recommendedActions:*s severity:=alertSeverity
        sourceMaterials:*s status:=alertStatus title:s
        vendorInformation:.securityVendorInformation alertDetections:*.alertDetection
        cloudAppStates:*.cloudAppSecurityState fileStates:*.fileSecurityState
        hostStates:*.hostSecurityState historyStates:*.alertHistoryState
        investigationSecurityStates:*.investigationSecurityState malwareStates:*.malwareState
        messageSecurityStates:*.messageSecurityState networkConnections:*.networkConnection
        processes:*.process registryKeyStates:*.registryKeyState
        securityResources:*.securityResource triggers:*.alertTrigger
        userStates:*.userSecurityState uriClickSecurityStates:*.uriClickSecurityState
        vulnerabilityStates:*.vulnerabilityState
        """,
        "securityVendorInformation": """
        provider:s providerVersion:s subProvider:s vendor:s
        """,
        "alertDetection": """
        detectionType:s method:s name:s
        """,
        "cloudAppSecurityState": """
        destinationServiceIp:s destinationServiceName:s riskScore:s
        """,
        "fileSecurityState": """
        fileHash:.fileHash name:s path:s riskScore:s
        """,
        "hostSecurityState": """
        fqdn:s isAzureAdJoined:b isAzureAdRegistered:b isHybridAzureDomainJoined:b netBiosName:s
        os:s privateIpAddress:s publicIpAddress:s riskScore:s
        """,
        "alertHistoryState": """
        appId:s assignedTo:s comments:*s feedback:=alertFeedback status:=alertStatus
        updatedDateTime:t user:s
        """,
        "investigationSecurityState": """
        name:s status:s
        """,
        "malwareState": """
        category:s family:s name:s severity:s wasRunning:b
        """,
        "messageSecurityState": """
        connectingIP:s deliveryAction:s deliveryLocation:s directionality:s internetMessageId:s
        messageFingerprint:s messageReceivedDateTime:t messageSubject:s networkMessageId:s
        """,
        "networkConnection": """
        applicationName:s destinationAddress:s destinationDomain:s destinationLocation:s
        destinationPort:s destinationUrl:s direction:=connectionDirection
        domainRegisteredDateTime:t localDnsName:s natDestinationAddress:s natDestinationPort:s
        natSourceAddress:s natSourcePort:s protocol:=securityNetworkProtocol riskScore:s
        sourceAddress:s sourceLocation:s sourcePort:s status:=connectionStatus urlParameters:s
        """,
        "process": """
        accountName:s commandLine:s createdDateTime:t fileHash:.fileHash
        integrityLevel:=processIntegrityLevel isElevated:b name:s parentProcessCreatedDateTime:t
        parentProcessId:i parentProcessName:s path:s processId:i
        """,
        "registryKeyState": """
        hive:=registryHive key:s oldKey:s oldValueData:s oldValueName:s
        operation:=registryOperation processId:i valueData:s valueName:s
        valueType:=registryValueType
        """,
        "securityResource": """
        resource:s resourceType:=securityResourceType
        """,
        "alertTrigger": """
        name:s type:s value:s
        """,
        "userSecurityState": """
        aadUserId:s accountName:s domainName:s emailRole:=emailRole isVpn:b logonDateTime:t
        logonId:s logonIp:s logonLocation:s logonType:=logonType onPremisesSecurityIdentifier:s
        riskScore:s userAccountType:=userAccountSecurityType userPrincipalName:s
        """,
        "uriClickSecurityState": """
        clickAction:s clickDateTime:t id:s sourceId:s uriDomain:s verdict:s
        """,
        "vulnerabilityState": """
        cve:s severity:s wasRunning:b
        """,
        "fileHash": """
        hashType:=fileHashType hashValue:s
        """,
    ]

    static let enumerations: [String: String] = [
        "alertFeedback": """
        unknown truePositive falsePositive benignPositive
        """,
        "alertSeverity": """
        unknown informational low medium high
        """,
        "alertStatus": """
        unknown newAlert inProgress resolved dismissed
        """,
        "connectionDirection": """
        unknown inbound outbound
        """,
        "securityNetworkProtocol": """
        unknown ip icmp igmp ggp ipv4 tcp pup udp idp ipv6 ipv6RoutingHeader ipv6FragmentHeader
        ipSecEncapsulatingSecurityPayload ipSecAuthenticationHeader icmpV6 ipv6NoNextHeader
        ipv6DestinationOptions nd raw ipx spx spxII
        """,
        "connectionStatus": """
        unknown attempted succeeded blocked failed
        """,
        "processIntegrityLevel": """
        unknown untrusted low medium high system
        """,
        "registryHive": """
        unknown currentConfig currentUser localMachineSam localMachineSecurity
        localMachineSoftware localMachineSystem usersDefault
        """,
        "registryOperation": """
        unknown create modify delete
        """,
        "registryValueType": """
        unknown binary dword dwordLittleEndian dwordBigEndian expandSz link multiSz none qword
        qwordlittleEndian sz
        """,
        "securityResourceType": """
        unknown attacked related
        """,
        "emailRole": """
        unknown sender recipient
        """,
        "logonType": """
        unknown interactive remoteInteractive network batch service
        """,
        "userAccountSecurityType": """
        unknown standard power administrator
        """,
        "fileHashType": """
        unknown sha1 sha256 md5 authenticodeHash256 lsHash ctph
        """,
    ]
}

// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IssueEntry} from "../interfaces/IDepositToken.sol";

/// @title EIP-712 struct hashes of what an officer signs
/// @notice Contracts: pure. The domain is the Teller's: "Jiaozi Teller", version "1", chain id, address.
library ApprovalHashes {
    bytes32 internal constant ISSUE_APPROVAL = keccak256(
        "IssueApproval(IssueEntry[] entries,uint256 deadline)"
        "IssueEntry(uint256 number,bytes16 ref,address holder,uint256 amount)"
    );
    bytes32 internal constant ISSUE_ENTRY =
        keccak256("IssueEntry(uint256 number,bytes16 ref,address holder,uint256 amount)");

    /// @dev An array enters as the hash of its elements' hashes, one after another.
    function issueApproval(IssueEntry[] calldata entries, uint256 deadline)
        internal
        pure
        returns (bytes32)
    {
        bytes32[] memory hashes = new bytes32[](entries.length);
        for (uint256 i = 0; i < entries.length; ++i) {
            hashes[i] = keccak256(abi.encode(ISSUE_ENTRY, entries[i]));
        }
        return keccak256(abi.encode(ISSUE_APPROVAL, keccak256(abi.encodePacked(hashes)), deadline));
    }
}

// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IAccessManager} from "@openzeppelin/contracts/access/manager/IAccessManager.sol";
import {EIP712} from "@openzeppelin/contracts/utils/cryptography/EIP712.sol";
import {Restricted} from "../access/Restricted.sol";
import {IssueEntry} from "../interfaces/IDepositToken.sol";
import {Approval, ITeller} from "../interfaces/ITeller.sol";
import {ApprovalHashes} from "../libraries/ApprovalHashes.sol";
import {SignatureCheck} from "../libraries/SignatureCheck.sol";

/// @title What it takes to issue past the bucket: k of n officers
/// @notice Contracts: who is an officer stands in the AccessManager. An approval names the entries
/// themselves, and each entry's deposit number can be used once, so no approval is good twice.
abstract contract Officers is ITeller, Restricted, EIP712 {
    /// @dev The AccessManager's id of the officers' role.
    uint64 private constant OFFICER = 3;

    uint8 private _needed;

    /// @inheritdoc ITeller
    function approvalsNeeded() external view returns (uint8) {
        return _needed;
    }

    function _setApprovalsNeeded(uint8 needed) internal {
        _needed = needed;
        emit ApprovalsNeededSet(needed);
    }

    function _requireApproved(
        IssueEntry[] calldata entries,
        uint256 deadline,
        Approval[] calldata approvals
    ) internal {
        if (block.timestamp > deadline) revert ApprovalExpired(deadline);
        if (_needed == 0) revert ApprovalsClosed();
        if (approvals.length < _needed) revert TooFewApprovals(approvals.length, _needed);
        bytes32 digest = _hashTypedDataV4(ApprovalHashes.issueApproval(entries, deadline));
        address[] memory officers = new address[](approvals.length);
        address last = address(0);
        for (uint256 i = 0; i < approvals.length; ++i) {
            last = _requireApproval(approvals[i], last, digest);
            officers[i] = last;
        }
        emit IssueApproved(digest, officers);
    }

    /// @dev Officers come in rising order, so that none can count twice.
    function _requireApproval(Approval calldata approval, address last, bytes32 digest)
        private
        view
        returns (address officer)
    {
        officer = approval.officer;
        if (officer <= last) revert OfficersNotRising(officer);
        // An officer who may act only after a delay cannot approve at once.
        (bool isOfficer, uint32 delay) = IAccessManager(authority).hasRole(OFFICER, officer);
        if (!isOfficer || delay != 0) revert NotOfficer(officer);
        if (!SignatureCheck.isValid(officer, digest, approval.signature)) {
            revert InvalidApproval(officer);
        }
    }
}

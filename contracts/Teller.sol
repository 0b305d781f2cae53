// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {EIP712} from "@openzeppelin/contracts/utils/cryptography/EIP712.sol";
import {Address} from "@openzeppelin/contracts/utils/Address.sol";
import {Restricted} from "./access/Restricted.sol";
import {IDepositToken, IssueEntry} from "./interfaces/IDepositToken.sol";
import {Approval, ITeller} from "./interfaces/ITeller.sol";
import {Backing} from "./teller/Backing.sol";
import {Bucket} from "./teller/Bucket.sol";
import {Officers} from "./teller/Officers.sol";
import {Relay} from "./teller/Relay.sol";

/// @title Teller: the bank's counter
/// @notice Contracts: start with interfaces/ITeller.sol. The parts:
///
///   teller/Backing   what anyone can issue at all
///   teller/Bucket    what the operator's key can issue by itself
///   teller/Officers  who can let it issue more
///   teller/Relay     signed payments and orders in batches, for anyone
contract Teller is Officers, Bucket, Relay {
    constructor(address authority_, IDepositToken token_)
        Restricted(authority_)
        Backing(token_)
        EIP712("Jiaozi Teller", "1")
    {}

    // ------------------------------------------------------------------ operator

    /// @inheritdoc ITeller
    function issue(IssueEntry[] calldata) external restricted {
        _requireFresh();
        // The token takes the same argument: it reads the very bytes that came here.
        uint256 credited = abi.decode(Address.functionCall(address(token), msg.data), (uint256));
        _requireBacked(credited);
        _takeFromBucket(credited);
    }

    /// @inheritdoc ITeller
    function issueApproved(
        IssueEntry[] calldata entries,
        uint256 deadline,
        Approval[] calldata approvals
    ) external restricted {
        _requireFresh();
        _requireApproved(entries, deadline, approvals);
        _requireBacked(token.issue(entries));
    }

    /// @inheritdoc ITeller
    function voidNumber(uint256 number) external restricted {
        token.voidNumber(number);
    }

    /// @inheritdoc ITeller
    function returnPayout(address holder, bytes32 nonce) external restricted {
        _requireFresh();
        (, uint256 payableAmount) = token.getRedemption(holder, nonce);
        token.returnPayout(holder, nonce);
        _requireBacked(payableAmount);
    }

    // ------------------------------------------------------------------ attestor

    /// @inheritdoc ITeller
    function attest(
        uint256 backing,
        uint256 supply,
        uint256 minted,
        uint64 asOf,
        uint64 blockNumber
    ) external restricted {
        _attest(backing, supply, minted, asOf, blockNumber);
    }

    // ------------------------------------------------------------------ governor

    /// @inheritdoc ITeller
    function setBucket(uint256 capacity, uint256 refillPerSecond) external restricted {
        _setBucket(capacity, refillPerSecond);
    }

    /// @inheritdoc ITeller
    function setMaxAge(uint64 maxAge_) external restricted {
        _setMaxAge(maxAge_);
    }

    /// @inheritdoc ITeller
    function setApprovalsNeeded(uint8 needed) external restricted {
        _setApprovalsNeeded(needed);
    }
}

// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.26;

import {IERC3009} from "@openzeppelin/contracts/interfaces/draft-IERC3009.sol";

/// @dev A payment that its payer has signed.
struct Payment {
    address from;
    address to;
    uint256 value;
    uint256 validAfter;
    uint256 validBefore;
    bytes32 nonce;
    uint8 v;
    bytes32 r;
    bytes32 s;
}

/// @title The plain way to bring many signed payments to a token in one call
/// @notice Benchmark only, never deployed. A failure is isolated, but an entry has neither a floor nor
/// a ceiling of gas.
contract PlainRelay {
    IERC3009 private immutable _token;

    event Failed(uint256 indexed index);

    constructor(IERC3009 token) {
        _token = token;
    }

    function relay(Payment[] calldata payments) external returns (uint256 done) {
        for (uint256 i = 0; i < payments.length; ++i) {
            Payment calldata one = payments[i];
            try _token.transferWithAuthorization(
                one.from,
                one.to,
                one.value,
                one.validAfter,
                one.validBefore,
                one.nonce,
                one.v,
                one.r,
                one.s
            ) {
                ++done;
            } catch {
                emit Failed(i);
            }
        }
    }
}

// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.24;

import {IDepositToken, IssueEntry} from "../interfaces/IDepositToken.sol";
import {Redemptions} from "./Redemptions.sol";

/// @title Bank deposits into tokens
/// @notice Contracts: the bitmap of used deposit numbers lives here, with the money, so that no change
/// of the issuer can forget one.
abstract contract Issuance is Redemptions {
    /// @dev Bit n % 256 of word n / 256 is set when the deposit number n is used up.
    mapping(uint256 wordIndex => uint256 bits) private _usedNumbers;

    /// @inheritdoc IDepositToken
    function numberUsed(uint256 number) external view returns (bool) {
        return _usedNumbers[number >> 8] & _bitOf(number) != 0;
    }

    /// @inheritdoc IDepositToken
    function issue(IssueEntry[] calldata entries) external restricted returns (uint256 credited) {
        _requireUnpaused();
        for (uint256 i = 0; i < entries.length; ++i) {
            if (_issueOne(entries[i])) credited += entries[i].amount;
        }
    }

    /// @inheritdoc IDepositToken
    function void(uint256 number) external restricted {
        if (!_takeNumber(number)) revert NumberUsed(number);
        emit NumberVoided(number);
    }

    /// @dev Never reverts for what an entry says: one bad entry must not stop the rest.
    function _issueOne(IssueEntry calldata entry) private returns (bool) {
        bytes4 reason =
            _takeNumber(entry.number) ? _mint(entry.holder, entry.amount) : NumberUsed.selector;
        if (reason == 0) {
            emit Issued(entry.number, entry.holder, entry.amount, entry.ref);
        } else {
            emit IssueRefused(entry.number, entry.holder, entry.amount, entry.ref, reason);
        }
        return reason == 0;
    }

    /// @dev Uses the number up; false, and nothing changes, when it was used before.
    function _takeNumber(uint256 number) private returns (bool) {
        uint256 bits = _usedNumbers[number >> 8];
        uint256 bit = _bitOf(number);
        if (bits & bit != 0) return false;
        _usedNumbers[number >> 8] = bits | bit;
        return true;
    }

    function _bitOf(uint256 number) private pure returns (uint256) {
        return 1 << (number & 0xff);
    }
}
